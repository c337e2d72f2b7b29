"""Eight paragraphs about two invented tools, of the length and shape that reviewers write."""

LANTERN_BUILDER = (
    "Strip the launch page away and the primitive is a job runner: a checkout of your repository in a "
    "container, a model with shell access inside it, and a branch that comes back when the tests are "
    "green. It is not a chat window that edits files. The bet on developer experience is that writing a "
    "task description is cheaper than watching an agent type, and for dependency bumps and mechanical "
    "renames I think that is right. The moment of truth is the first job on a repository whose test suite "
    "needs a database: the dossier says services can be declared in lantern.yml, which is the boring "
    "answer I was hoping for. Could I rebuild it in a weekend? The loop, yes; the warm caches that bring "
    "a cold start to 40 seconds, no. Returning a branch instead of a patch earns the ship."
)
QUARRY_BUILDER = (
    "This is a file you download and a tokenizer that goes with it: a 14B code model, 64K of context, and "
    "a chat template that knows about tools. Nothing here wants to be a platform, and that restraint is "
    "the bet on developer experience. You bring a runtime, it brings weights, and the seams are where you "
    "would put them yourself. The moment of truth comes on one laptop with 16 GB of memory, because the "
    "quantized build is the one most people will pull first and the dossier gives throughput only for a "
    "data-center card. Nobody rebuilds the training in a weekend; the serving wrapper around it, anybody "
    "can. I discount the maker's own benchmark table, as always. The decision that earns the ship is "
    "small: fill-in-the-middle tokens are documented, with an example that can be run."
)
LANTERN_SKEPTIC = (
    "Category: hosted coding agents that open branches. Direct competitors are Devin and GitHub Copilot "
    "Workspace, and the dossier names neither. Here is where it breaks: a task that needs a secret the "
    "sandbox is not allowed to see. The setup page tells you to paste staging credentials into the "
    "vendor's vault, and a security team of any size will answer that with a form and a quarter of "
    "waiting. What ends it within a year is the bill. Every retry of a flaky test suite is metered at "
    "$0.12 per minute, so the customers with the worst repositories pay the most and leave first. For me "
    "to be wrong, runs would have to be capped per task instead of per month. I would revisit it on the "
    "day the price is attached to merged branches; today the meter and the incentive point in opposite "
    "directions."
)
QUARRY_SKEPTIC = (
    "Open-weight code models at this size are a crowded shelf: Qwen2.5-Coder and DeepSeek-Coder stand on "
    "it already, and both have a year of bug reports behind them. The scenario in which this one breaks "
    "is long tool chains. Its card shows single calls, never a run of ten in which the fourth result "
    "contradicts the second. What removes it within 12 months is its own successor; a 14B model is a "
    "season, not an institution, and whoever fine-tunes on it should plan for the move. I would be wrong "
    "if the maker keeps this exact checkpoint patched and names a support window. The benchmark figure of "
    "71.4 is the maker's own and I give it no weight. It still earns its place, with one caveat: pin the "
    "revision, because the license text on the download page and in the archive differ by a clause."
)
LANTERN_FUTURIST = (
    "My thesis, and it can fail: by the end of 2028 more than half of the dependency updates in "
    "commercial repositories will be opened, tested and described by something that is not a person. "
    "Lantern depends on one condition, that test suites become the contract between people and agents, "
    "since without a suite there is nothing to be green. The second-order effect is that neglected tests "
    "turn into a cost somebody can read off an invoice, and managers fund what they can read. The trend "
    "is delegated maintenance; on that curve the product is on time, behind the first bots that bumped "
    "versions and ahead of the large platforms that own the merge button. The world in which this is "
    "infrastructure is a dull one: a queue of chores drains overnight, and Monday starts with reading."
)
QUARRY_FUTURIST = (
    "The claim I would stake something on: before 2029 a mid-sized company will treat its code model the "
    "way it treats its database, as something it runs, versions and restores from backup. That needs one "
    "thing to hold, namely that memory per dollar keeps falling faster than useful models grow. If it "
    "does, the second-order effect lands on audits rather than on speed: a team that owns the checkpoint "
    "can say which model wrote which line, and a rented endpoint cannot. Quarry rides the trend toward "
    "small specialised weights, and rides it on time; the early ones were too weak to finish a function "
    "and the late ones will be indistinguishable. Where this ends as infrastructure, the model sits in "
    "the build image next to the compiler, and updating it is a pull request with a diff of its "
    "evaluations."
)
LANTERN_BUSINESS = (
    "The buyer is an engineering manager with a maintenance backlog, and the money comes out of the "
    "contractor line, not out of tooling. That is a good pocket to be in. Pricing starts at $30 per month "
    "and then meters the sandbox by the minute, so revenue grows with usage, although not quite with "
    "value: a failed run costs the customer as much as a merged one. The moat is thin today and could "
    "thicken, since warm build caches and a year of repository history are painful to recreate somewhere "
    "else. Stress test: the code host gives the same thing away with its enterprise plan. Lantern "
    "survives that only where it works across hosts, and the dossier lists GitHub and GitLab, so the door "
    "is open. I would take the bet at this price, with the expansion story to be proved by the second "
    "renewal."
)
QUARRY_BUSINESS = (
    "Nobody writes a check for the weights, which makes the buyer question more interesting rather than "
    "less. The payer is a platform team that wants its completions off a metered endpoint, and the budget "
    "is the cloud bill that shrinks. For the maker the license is the price list: free below 50 million "
    "monthly users, a conversation above. That scales with value only at the far end. The moat is "
    "distribution through runtimes people already have; the model itself will be matched. If a platform "
    "ships an equal model inside its editor, Quarry keeps the users who cannot send code away, and that "
    "is a real segment with real procurement. It survives if hosted fine-tuning, announced without a "
    "date, arrives before the next generation of competitors does. As something to adopt today, it costs "
    "an afternoon."
)
