"""The parts of the engine `procrastinate`: its queue, what a job says, who hands out and who works."""
