"""Paragraphs about the invented Harbor 2.1, each checkable piece labelled with the class it should get.

`{d:…}` stands in the dossier of `samples.HARBOR`, `{o:…}` is outside knowledge, `{u:…}` is supported by
nothing. What is not marked claims nothing.
What an editor would want is the label, also where the rules fail.
"""

from __future__ import annotations

import re

LABELLED = [
    # plain cases
    "{d:Harbor 2.1} reviews pull requests on {d:GitHub}, and that is the whole idea.",
    "The primitive is clean: a {d:32B} model behind a queue, with {d:128K} tokens of context.",
    "A window of {d:128,000} tokens sounds large until a monorepo arrives.",
    "At {d:$20 per user per month} it has to replace a meeting.",
    "It is {d:$20/user/mo}, and {d:500} reviews go fast in a team of six.",
    "Nobody minds {d:$20/mo} for this; they mind the seat.",
    "It is {u:$20 per user per year}, a rounding error.",
    "The real price is {u:$240 a year}, which no page says.",
    "Somebody pays {u:$15 per million tokens} behind the curtain.",
    "Rivals are {o:Devin}, {o:GitHub Copilot Workspace} and {o:CodeRabbit}.",
    "It is no {o:DeepSeek-Coder-V2}, and it does not claim to be.",
    "Against {o:Qwen2.5-Coder-32B} the gap is small.",
    "By {o:2028} most reviews will be read by machines first.",
    "The thesis: within two years the pull request is a formality, and by mid-{o:2027} we will know.",
    "Released in {d:March 2026}, it is young.",
    "Released in {u:April 2026}, it is young.",
    "It came out on {d:14 March 2026} and moved fast.",
    "It came out on {d:2026-03-14} and moved fast.",
    "The code is {d:Apache 2.0}, so a fork is a weekend away.",
    "An {d:Apache-licensed} extension can be forked.",
    "Were it under the {u:MIT license}, nothing would change.",
    "The {u:GPL} would scare the buyer away.",
    "Accuracy of {d:81.5%} on {d:ReviewBench} is the vendor's own number.",
    "Its {u:95%} accuracy is a claim without a source.",
    "It covers {d:100} languages, it says.",
    "It covers {u:140} languages, it says.",
    "What kills it in 12 months is the platform itself.",
    "In the next 18 months the price falls to nothing.",
    "Three tools, two tabs and 1 login are too many.",
    # ranges, units and spellings
    "A review takes {d:10-30 minutes}, which is a coffee.",
    "A review takes {d:10 to 30 minutes}, which is a coffee.",
    "A review takes {u:5 minutes}, which is a breath.",
    "It wants {u:24 GB} of memory and {u:200 ms} a token.",
    "It is {u:3x} faster than a colleague, says the page.",
    "A {u:7-billion}-parameter sibling would fit a laptop.",
    "The {d:32-billion}-parameter model will not.",
    "{u:Seven hundred} reviews a month is a small team.",
    "Teams of {u:500k} lines know the feeling.",
    "The budget line is {u:€30} a head.",
    "Between {u:$20-40/mo} the buyer does not flinch.",
    "The {u:90s} called.",
    "It was {u:18 months} ago that this was science fiction.",
    "There is a {u:14-day} trial somewhere.",
    "The ratio is 80/20, as ever, and it runs 24/7.",
    # versions
    "The changelog of {d:v2.1.3} admits a slow start.",
    "With {u:v3.0} this would be another review.",
    "{u:Harbor 3.0} is not here yet.",
    "{o:Python 3.11} is enough to run it.",
    "It speaks {o:GPT-4o mini} on the side.",
    "The competitor is {o:Gemma 3 4B}, which runs on a phone.",
    "When {o:Llama 5} lands the weights are old.",
    # names: openings, possessives, acronyms, hyphens
    "{d:Harbor}'s bet is that reviewers are tired.",
    "Onboarding is a single click, and the API is small.",
    "The DX bet is right: PRs, not chats.",
    "{o:Copilot}-class completion is not the point.",
    "{d:Quayside Labs} has no moat but speed.",
    "{d:Quayside} will be bought or copied.",
    "{o:OpenAI} could ship this on any Tuesday of any month.",
    "Unlike {o:Devin}, it asks first.",
    "For teams on {o:GitLab} there is nothing here.",
    "{o:Hugging Face} hosts the weights of half the field.",
    "Who owns the review owns the repository; {d:GitHub} knows that.",
    "English prose, capital letters and Mondays claim nothing.",
    "The buyer sits in {o:Slack} and reads {o:Jira}.",
    "Run it with {o:vLLM} or {o:LM Studio} and own the data.",
    "{o:VS Code} and {o:JetBrains} are the doors, and the {d:Pro} plan is the toll.",
    "The {d:Hobby} plan is the funnel: {d:500} reviews would end it.",
    "My one flag: a benchmark called {d:ReviewBench}, made at home.",
    "The second-order effect: review becomes the scarce skill, not typing.",
    "“A list of doors (see below)” It does not say which.",
    # a second hand, written after the first had been read
    "{d:GitHub} owns the button; {o:Atlassian} owns the buyer, and that is a problem by {o:2029}.",
    "A {d:32B} model with {d:128k} context costs {u:$0.40 per million tokens} to run, give or take.",
    "Since {d:14 March} nobody outside has measured {d:ReviewBench}; the {d:81.5 percent} is home-made.",
    "Since {u:15 March} nobody has.",
    "It took {u:six hundred} stars to get here, or {u:12,000}, depending on the page.",
    "If {o:Anthropic} or {o:Google} ships it for free, {d:Quayside Labs} has a {d:Hobby} plan left.",
    "Pay {d:$20} per head or write the {u:200} lines yourself.",
    "The {o:Raspberry Pi 5} crowd will ask for a {u:3B} model.",
    "A {u:4-bit} build in {u:20 GB} would be news.",
    "For {u:$99} once I would not argue.",
    "On {o:Windows 11} the extension is a guest.",
    "{u:Harbor 2.2} may fix the queue, and {d:v2.1.3} will be forgotten.",
    "Between {o:Cursor}, {o:Windsurf} and {o:Zed} the door is already crowded.",
    "Its own page says {d:10 to 30 minutes}; I read that as {u:45 minutes}.",
    "Enterprises sign for 3 years; hobbyists for none.",
    "A {u:30-day} refund is not mentioned, nor is {u:SOC 2}.",
    "The {u:AGPL-3.0} rumour is wrong: it is {d:Apache-2.0}.",
    "Under the {u:Llama 3 Community License} this would be a different talk.",
    "In {o:2030} somebody will call this obvious.",
    "{u:2023} called it impossible.",
    "Watch the {o:EU AI Act}, not the benchmark.",
    "Nobody ever got fired for {o:Microsoft Teams}.",
    "The {o:H100} hours are somebody else's problem.",
    "It does one thing, does it in {d:GitHub}, and stops.",
    "Q3 is when the budget is gone; {u:Q3 2026} is when the bill arrives.",
]


_MARK = re.compile(r"\{([dou]):([^}]*)\}")
_CLASSES = {"d": "dossier", "o": "outside", "u": "unsupported"}

Span = tuple[int, int, str]


def read(labelled: str) -> tuple[str, list[Span]]:
    """The paragraph without its marks, and the labelled pieces as (start, end, class)."""
    text, spans, done = "", [], 0
    for match in _MARK.finditer(labelled):
        text += labelled[done : match.start()]
        spans.append((len(text), len(text) + len(match[2]), _CLASSES[match[1]]))
        text += match[2]
        done = match.end()
    return text + labelled[done:], spans
