"""The frame of a page: head, breadcrumbs, notes, empty states, the dialog that is also a page, toasts."""

from datetime import datetime
from typing import Any

from django import template
from django.template.base import FilterExpression, NodeList, Parser, Token, token_kwargs
from django.template.context import Context
from django.template.loader import get_template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from kamtrak.templatetags.icons import icon
from kamtrak.web import is_dialog

register = template.Library()

NOTE_ICONS = {"info": "info-circle", "warn": "alert-triangle", "bad": "alert-circle", "good": "circle-check"}


@register.simple_tag
def crumbs(*parts: str) -> SafeString:
    """`{% crumbs "Transactions" list_url "Import" %}`: label, address, label, …; the last alone."""
    pairs = [(parts[i], parts[i + 1] if i + 1 < len(parts) else "") for i in range(0, len(parts), 2)]
    said = format_html_join(
        " / ",
        "{}",
        ((format_html('<a href="{}">{}</a>', url, label) if url else label,) for label, url in pairs),
    )
    return format_html('<nav class="k-crumb" aria-label="Where this page belongs">{}</nav>', said)


@register.simple_block_tag
def head(content: SafeString, title: str, sub: str = "") -> SafeString:
    """`{% head "Contributions" sub=state %}…period, staff, actions…{% endhead %}`: the head of a page."""
    said = format_html('<p class="k-sub">{}</p>', sub) if sub else ""
    actions = format_html('<div class="k-head-x">{}</div>', content) if content.strip() else ""
    return format_html('<div class="k-head"><div><h1>{}</h1>{}</div>{}</div>', title, said, actions)


@register.simple_block_tag
def note(content: SafeString, kind: str = "info", role: str = "") -> SafeString:
    """`{% note "warn" %}<b>What is so.</b> What to do.{% endnote %}`: kinds info, warn, bad, good."""
    css = f" k-note-{kind}" if kind != "info" else ""
    role_part = format_html(' role="{}"', role) if role else ""
    return format_html(
        '<div class="k-note{}"{}>{}<div>{}</div></div>', css, role_part, icon(NOTE_ICONS[kind]), content
    )


@register.simple_block_tag
def empty(content: SafeString, title: str, text: str) -> SafeString:
    """`{% empty "Nothing logged yet" "One sentence on what belongs here." %}…first step…{% endempty %}`."""
    return format_html(
        '<section class="k-panel k-empty"><div><h2>{}</h2><p class="k-2 k-mt-s">{}</p>{}</div></section>',
        title,
        text,
        content,
    )


@register.filter
def can(member: Any, right: str) -> bool:
    """`{% if member|can:"log" %}`: whether the member of this page has a right."""
    return bool(member) and member.can(right)


@register.filter
def localmoment(value: datetime, workspace: Any) -> str:
    """A moment in the workspace's time zone: "22 Sep 2026, 14:05"."""
    return f"{value.astimezone(workspace.zone):%-d %b %Y, %H:%M}"


@register.filter
def localday(value: datetime, workspace: Any) -> str:
    """The day of a moment in the workspace's time zone, wherever it is printed: "22 Sep 2026"."""
    return f"{value.astimezone(workspace.zone):%-d %b %Y}"


@register.filter
def shortened(text: str, most: int) -> str:
    """At most so many characters on one line, ended between words where there are any: "… at the parent…"."""
    line = " ".join(text.split())
    if len(line) <= most:
        return line
    cut = line[: most - 1]
    words = cut.rpartition(" ")[0]
    return f"{words if len(words) > most // 2 else cut}…"


@register.filter
def sentence(text: str) -> str:
    """What somebody typed, ended like a sentence, so that another one can follow: "Entered twice."."""
    said = text.strip()
    return said if not said or said[-1] in ".!?…。" else f"{said}."


@register.filter
def undo_url(extra_tags: str | None) -> str:
    """The address in `messages.success(…, extra_tags="undo=/w/…/restore")`; "" if the message has none."""
    return _tagged("undo=", extra_tags)


@register.filter
def see_url(extra_tags: str | None) -> str:
    """The same of `see=`: where what was just saved is to be seen."""
    return _tagged("see=", extra_tags)


def _tagged(mark: str, extra_tags: str | None) -> str:
    return next((part[len(mark) :] for part in (extra_tags or "").split() if part.startswith(mark)), "")


@register.tag
def dialog(parser: Parser, token: Token) -> "DialogNode":
    """A form that opens as a dialog, and is a page without JavaScript.

    {% dialog "Add contribution" sub=line action=url size="sm" back=list_url %} fields
    {% foot "hint on the left" %} buttons, secondary then primary {% enddialog %}

    size     sm 544, default 704, lg 896 px
    action   where the form posts; without it the frame holds no form
    back     where × leads on the page
    cancel   what the button of the page says that leads there, too, and what Esc does in the dialog;
             False where the foot has one already
    upload   True for a form with a file
    """
    bits = token.split_contents()[1:]
    title = parser.compile_filter(bits.pop(0))
    options = token_kwargs(bits, parser)
    body = parser.parse(("foot", "enddialog"))
    closing = parser.next_token()
    hint, foot = None, NodeList()
    if closing.split_contents()[0] == "foot":
        words = closing.split_contents()[1:]
        hint = parser.compile_filter(words[0]) if words else None
        foot = parser.parse(("enddialog",))
        parser.delete_first_token()
    return DialogNode(title, options, body, hint, foot)


class DialogNode(template.Node):
    """{% dialog %}: renders its two parts into components/dialog.html."""

    def __init__(
        self,
        title: FilterExpression,
        options: dict[str, FilterExpression],
        body: NodeList,
        hint: FilterExpression | None,
        foot: NodeList,
    ) -> None:
        self.title, self.options, self.body, self.hint, self.foot = title, options, body, hint, foot

    def render(self, context: Context) -> str:
        values: dict[str, Any] = {name: option.resolve(context) for name, option in self.options.items()}
        in_dialog = is_dialog(context["request"])
        leaves = bool(values.get("action") and values.get("back")) and not in_dialog  # a dialog has Esc
        frame = {
            "title": self.title.resolve(context),
            "hint": self.hint.resolve(context) if self.hint else "",
            "body": self.body.render(context),
            "foot": self.foot.render(context),
            "in_dialog": in_dialog,
            "cancel": values.get("cancel", "Cancel") if leaves else "",
            "escape": str(values.get("cancel") or "Cancel").lower(),
            "csrf_token": context.get("csrf_token"),
        }
        return get_template("components/dialog.html").render(values | frame)
