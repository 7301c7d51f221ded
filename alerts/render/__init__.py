"""From an alert to the words that people read: pure, the same for the same alert, in every form."""

from alerts.notification import FiredRule, Rendered
from alerts.render import html, plain, slack
from alerts.render.facts import facts_of
from alerts.render.payload import payload
from transforms.records import Alert


def render(key: str, alert: Alert, rules: tuple[FiredRule, ...]) -> Rendered:
    """Return the message about the alert's incident version that names all `rules`, heaviest first."""
    facts = facts_of(alert, rules)
    return Rendered(
        subject=plain.subject(facts),
        text=plain.text(facts),
        html=html.page(facts),
        slack=slack.message(facts),
        payload=payload(key, alert, rules, facts),
    )
