"""What counts: rules over verdicts, findings, paragraphs and prices; pure, records in, records out."""
