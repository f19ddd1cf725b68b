"""Achievements: who reads them, writing, linking from both sides, the pages."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.http import Http404, QueryDict

from contributions.forms.achievements import AchievementForm, read_wanted
from contributions.models import Achievement, AchievementLink, Contribution
from contributions.queries import achievements as queries
from contributions.queries.achievements import Wanted
from contributions.queries.evidence import has_evidence
from contributions.services import achievements as services
from contributions.services.achievements import Story
from contributions.services.contributions import void_contribution
from kamtrak.history import because
from kamtrak.lib.errors import Refused, Stale
from kamtrak.tenancy import in_workspace
from tests.cast import NOW, Cast
from tests.contributions.builders import log
from workspaces.models import Membership
from workspaces.queries.history import history_of
from workspaces.queries.people import Scope, scope_of

DAY = date(2026, 8, 19)
TOLD = Story(
    "Turned an escalation into a renewal",
    DAY,
    situation="Notice drafted",
    action="One table every Monday",
    result="Renewed for three years",
    skills=("Negotiation", "Contract design"),
)


def tell(cast: Cast, owner: Membership | None = None, *, shared: bool = False, **changes: Any) -> Achievement:
    """An achievement of alex, or of `owner`."""
    owner = owner or cast.alex
    story = Story(**{**vars(TOLD), **changes})
    row = services.add_achievement(workspace=cast.acme, owner=owner, story=story, now=NOW)
    if shared:
        services.share_achievement(achievement=row, by=owner, shared=True, now=NOW)
    return row


def link(story: Achievement, row: Contribution) -> int:
    return services.link_achievements(achievements=[story], contributions=[row], by=story.owner)


def read_by(cast: Cast, member: Membership) -> set[Achievement]:
    return set(queries.readable_achievements(cast.acme, member, scope_of(member)))


# -------------------------------------------------------------------------------------- who reads what
def test_an_achievement_is_private_until_it_is_shared_or_linked(inside: Cast) -> None:
    story = tell(inside)
    everybody = [inside.olive, inside.ada, inside.mia, inside.amir, inside.audrey]
    assert read_by(inside, inside.alex) == {story}
    assert [read_by(inside, person) for person in everybody] == [set()] * 5


def test_a_linked_achievement_is_read_by_whoever_reads_the_contribution(inside: Cast) -> None:
    story = tell(inside)
    link(story, log(inside))
    readers = {"olive", "ada", "mia", "audrey", "alex"}
    for name in (*readers, "amir"):
        assert read_by(inside, getattr(inside, name)) == ({story} if name in readers else set())


def test_a_shared_achievement_is_read_by_everybody_until_it_is_private_again(inside: Cast) -> None:
    story = tell(inside, shared=True)
    assert read_by(inside, inside.amir) == {story}
    services.share_achievement(achievement=story, by=inside.alex, shared=False, now=NOW)
    assert read_by(inside, inside.amir) == set()


def test_leaving_the_team_ends_the_reading(inside: Cast) -> None:
    link(tell(inside), log(inside))
    assert len(read_by(inside, inside.mia)) == 1
    inside.mia.team.all().delete()
    assert read_by(inside, inside.mia) == set()


def test_unlinking_makes_it_private_again(inside: Cast) -> None:
    story, row = tell(inside), log(inside)
    link(story, row)
    services.unlink_achievement(achievement=story, contribution=row, by=inside.alex)
    assert read_by(inside, inside.mia) == set()
    services.unlink_achievement(achievement=story, contribution=row, by=inside.alex)


def test_another_workspace_sees_none_of_it(cast: Cast) -> None:
    with in_workspace(cast.acme.pk):
        story = tell(cast, shared=True)
    with in_workspace(cast.other.pk):
        assert not queries.readable_achievements(cast.other, cast.sam, Scope(None)).exists()
        with pytest.raises(Http404):
            queries.get_achievement(cast.other, cast.sam, Scope(None), story.pk)


# --------------------------------------------------------------------------------------------- writing
def test_the_same_form_sent_twice_is_one_achievement(inside: Cast) -> None:
    twice = [
        services.add_achievement(workspace=inside.acme, owner=inside.alex, story=TOLD, now=NOW, once="a1")
        for _ in range(2)
    ]
    assert twice[0] == twice[1]
    assert Achievement.objects.count() == 1


def test_a_form_that_was_saved_and_then_changed_is_not_thrown_away(inside: Cast) -> None:
    told: dict[str, Any] = {"workspace": inside.acme, "owner": inside.alex, "now": NOW, "once": "a1"}
    services.add_achievement(story=TOLD, **told)
    with pytest.raises(Stale, match="saved already"):
        services.add_achievement(story=replace(TOLD, title="Another story"), **told)


def test_only_account_managers_tell_and_only_the_owner_changes(inside: Cast) -> None:
    with pytest.raises(Refused, match="Only account managers"):
        services.add_achievement(workspace=inside.acme, owner=inside.audrey, story=TOLD, now=NOW)
    story = tell(inside, shared=True)
    row = log(inside, owner=inside.amir)
    for by in (inside.olive, inside.ada, inside.mia, inside.amir, inside.audrey):
        with pytest.raises(Refused, match="Only its owner"):
            services.edit_achievement(achievement=story, by=by, story=TOLD, version=1, now=NOW)
        with pytest.raises(Refused, match="Only its owner"):
            services.archive_achievement(achievement=story, by=by, now=NOW)
        with pytest.raises(Refused, match="Only its owner"):
            services.link_achievements(achievements=[story], contributions=[row], by=by)
    with pytest.raises(Refused, match="evidence of a contribution"):
        link(story, row)


@pytest.mark.parametrize("day", [date(1, 1, 1), date(1903, 12, 31), NOW.date() + timedelta(days=1)])
def test_a_day_that_has_not_come_or_that_nobody_means_is_refused_at_its_field(
    inside: Cast, day: date
) -> None:
    with pytest.raises(Refused) as refused:
        tell(inside, happened_on=day)
    assert refused.value.field == "happened_on"


def test_a_second_save_over_a_changed_story_is_told_and_overwrites_nothing(inside: Cast) -> None:
    story = tell(inside)
    first = Story("First", DAY)
    services.edit_achievement(achievement=story, by=inside.alex, story=first, version=1, now=NOW)
    with pytest.raises(Stale):
        services.edit_achievement(
            achievement=story, by=inside.alex, story=Story("Second", DAY), version=1, now=NOW
        )
    story.refresh_from_db()
    assert (story.title, story.version) == ("First", 2)


def test_sharing_and_archiving_do_not_overtake_an_open_edit(inside: Cast) -> None:
    story = tell(inside, shared=True)
    services.edit_achievement(achievement=story, by=inside.alex, story=TOLD, version=1, now=NOW)


def test_an_archived_achievement_is_not_edited_and_stays_behind_what_it_proves(inside: Cast) -> None:
    story, row = tell(inside), log(inside)
    link(story, row)
    services.archive_achievement(achievement=story, by=inside.alex, now=NOW)
    with pytest.raises(Refused, match="archived meanwhile"):
        services.edit_achievement(achievement=story, by=inside.alex, story=TOLD, version=1, now=NOW)
    assert queries.achievements_of([row.pk]) == {row.pk: [story]}
    assert Contribution.objects.filter(has_evidence()).get() == row
    assert not queries.filtered_achievements(inside.acme, inside.alex, scope_of(inside.alex), Wanted())
    services.restore_achievement(achievement=story, by=inside.alex, now=NOW)
    assert (
        queries.filtered_achievements(inside.acme, inside.alex, scope_of(inside.alex), Wanted()).get()
        == story
    )


# --------------------------------------------------------------------------------------------- linking
def test_linking_twice_links_once_and_counts_the_new_ones(inside: Cast) -> None:
    story, one, two = tell(inside), log(inside, "1000"), log(inside, "2000")
    assert link(story, one) == 1
    assert services.link_achievements(achievements=[story], contributions=[one, two], by=inside.alex) == 1
    assert AchievementLink.objects.count() == 2


def test_a_voided_contribution_takes_no_evidence(inside: Cast) -> None:
    story, row = tell(inside), log(inside)
    void_contribution(contribution=row, by=inside.alex, reason="logged twice", now=NOW)
    row.refresh_from_db()
    with pytest.raises(Refused, match="voided"):
        link(story, row)


def test_the_achievements_of_many_contributions_come_in_one_query(
    inside: Cast, django_assert_num_queries: Any
) -> None:
    later = tell(inside, title="Later", happened_on=date(2026, 9, 1))
    first, rows = tell(inside), [log(inside, str(amount)) for amount in (1000, 2000, 3000)]
    services.link_achievements(achievements=[later, first], contributions=rows[:2], by=inside.alex)
    with django_assert_num_queries(1):
        found = queries.achievements_of([row.pk for row in rows])
        names = [[str(story.owner) for story in stories] for stories in found.values()]
    assert found == {rows[0].pk: [first, later], rows[1].pk: [first, later]}
    assert names == [["Alex", "Alex"]] * 2


def test_the_figures_behind_an_achievement_are_those_that_the_reader_reads(inside: Cast) -> None:
    story, row = tell(inside, shared=True), log(inside)
    link(story, row)
    assert queries.contributions_behind(story, scope_of(inside.mia)) == [row]
    assert queries.contributions_behind(story, scope_of(inside.amir)) == []
    page = queries.achievement_page(
        queries.readable_achievements(inside.acme, inside.amir, scope_of(inside.amir)),
        inside.acme,
        scope_of(inside.amir),
    )
    assert [row.linked for row in page.rows] == [0]  # type: ignore[attr-defined]


def test_what_can_be_linked_is_ones_own_living_and_not_linked_yet(inside: Cast) -> None:
    story, row = tell(inside), log(inside, "1000", client="Aurelia Foods")
    log(inside, "2000", owner=inside.amir)
    gone = log(inside, "3000")
    void_contribution(contribution=gone, by=inside.alex, reason="x", now=NOW)
    assert list(queries.linkable_contributions(inside.acme, inside.alex, story)) == [row]
    assert list(queries.linkable_contributions(inside.acme, inside.alex, story, "aurelia")) == [row]
    assert not queries.linkable_contributions(inside.acme, inside.alex, story, "kestrel")
    tell(inside, inside.amir, shared=True)
    services.archive_achievement(achievement=tell(inside), by=inside.alex, now=NOW)
    assert list(queries.linkable_achievements(inside.acme, inside.alex, row, "MONDAY")) == [story]
    link(story, row)
    assert not queries.linkable_contributions(inside.acme, inside.alex, story)
    assert not queries.linkable_achievements(inside.acme, inside.alex, row)


# --------------------------------------------------------------------------------------- list and form
def test_the_list_is_filtered_by_person_skill_text_and_archive(inside: Cast) -> None:
    mine = tell(inside, skills=("Negotiation",))
    theirs = tell(inside, inside.amir, shared=True, title="Courier", skills=("negotiation", "Procurement"))
    scope = scope_of(inside.alex)

    def shown(**wanted: Any) -> set[Achievement]:
        return set(queries.filtered_achievements(inside.acme, inside.alex, scope, Wanted(**wanted)))

    assert shown() == {mine, theirs}
    assert shown(owner_id=inside.amir.pk) == {theirs}
    assert shown(skill="NEGOTIATION") == {mine, theirs}
    assert shown(skill="procurement") == {theirs}
    assert shown(skill="curement") == set()
    assert shown(text="courier") == {theirs}
    assert shown(text="one table") == {mine, theirs}
    assert shown(archived=True) == set()


def test_a_skill_is_offered_once_however_it_is_written(inside: Cast) -> None:
    tell(inside, skills=("negotiation", "Discovery"))
    tell(inside, skills=("Negotiation",))
    rows = queries.readable_achievements(inside.acme, inside.alex, scope_of(inside.alex))
    assert [skill.lower() for skill in queries.skills_in(rows)] == ["discovery", "negotiation"]


def test_pages_follow_one_another_without_a_gap_in_both_directions(inside: Cast) -> None:
    days = [date(2026, 8, day) for day in (1, 2, 2, 2, 3)]
    stories = [tell(inside, happened_on=day) for day in days]
    rows, scope = Achievement.objects.all(), scope_of(inside.alex)

    def page(**place: str) -> queries.Page:
        return queries.achievement_page(rows, inside.acme, scope, size=2, **place)

    first = page()
    second = page(after=first.after)
    third = page(after=second.after)
    assert [*first.rows, *second.rows, *third.rows] == stories[::-1]
    assert (first.before, third.after) == ("", "")
    assert page(before=third.before).rows == second.rows
    assert page(after="nonsense~x").rows == first.rows


def form(**values: str) -> AchievementForm:
    return AchievementForm({"title": "A", "happened_on": "2026-08-19", **values})


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("title", "", "Give it a title."),
        ("title", "t" * 201, "The title has 201 characters; at most 200 are kept."),
        ("title", "abc\u202edef", "invisible marks"),
        ("title", "a\x07b", "control characters"),
        ("happened_on", "2026-02-30", "not a date of the calendar"),
        ("happened_on", "", "Enter the day"),
        ("situation", "s" * 5_001, "This part has 5001 characters; at most 5000 are kept."),
        ("skills", "k" * 61, "too long; at most 60"),
        ("skills", ",".join(f"skill {n}" for n in range(21)), "These are 21 skills; at most 20 are kept."),
        ("skills", "a\u202eb", "invisible marks"),
    ],
)
def test_bad_input_is_said_at_its_field(field: str, value: str, said: str) -> None:
    refused = form(**{field: value})
    assert not refused.is_valid()
    assert said in str(refused.errors[field])


def test_skills_stand_between_commas_and_each_once() -> None:
    told = form(skills=" Negotiation, ,negotiation ,Contract   design,")
    assert told.is_valid()
    assert told.story().skills == ("negotiation", "Contract design")


def test_an_address_that_says_nonsense_shows_the_plain_list() -> None:
    assert read_wanted(QueryDict("q=%00&staff=%D9%A3&skill=&archived=yes")) == Wanted()
    assert read_wanted(QueryDict("staff=" + "9" * 400)) == Wanted()


# ------------------------------------------------------------------------------------------- the pages
BASE = "/w/acme/achievements/"
SENT = {"title": "Told on a page", "happened_on": "2026-08-19", "skills": "Discovery", "once": "abc"}


def stored(cast: Cast, name: str = "alex") -> list[Achievement]:
    with in_workspace(cast.acme.pk):
        return list(Achievement.objects.filter(owner=getattr(cast, name)).order_by("pk"))


def test_a_person_tells_an_achievement_and_sending_it_twice_keeps_one(cast: Cast) -> None:
    browser = cast.browser("alex")
    assert b"Add achievement" in browser.get(BASE).content
    for _ in range(2):
        sent = browser.post(BASE + "add/", SENT)
        assert sent.status_code == 302
    (story,) = stored(cast)
    shown = browser.get(f"{BASE}{story.pk}/").content.decode()
    assert "Told on a page" in shown
    assert "Only you, until you link it to a contribution or share it." in shown


def test_a_refused_form_comes_back_with_what_was_typed(cast: Cast) -> None:
    sent = cast.browser("alex").post(BASE + "add/", {**SENT, "happened_on": "2030-01-01", "result": "Kept"})
    assert sent.status_code == 422
    said = sent.content.decode()
    assert "This day has not come yet" in said
    assert "Told on a page" in said
    assert "Kept" in said
    assert stored(cast) == []


def test_told_from_a_contribution_it_stands_behind_it_at_once(cast: Cast) -> None:
    with in_workspace(cast.acme.pk), because(user=cast.alex.user_id):
        row = log(cast)
    for _ in range(2):
        sent = cast.browser("alex").post(f"{BASE}add/?contribution={row.pk}", SENT)
        assert sent.headers["Location"] == f"/w/acme/contributions/{row.pk}/"
    with in_workspace(cast.acme.pk):
        assert [story.title for story in queries.achievements_of([row.pk])[row.pk]] == ["Told on a page"]
    shown = cast.browser("alex").get(f"/w/acme/contributions/{row.pk}/").content.decode()
    assert "Told on a page" in shown
    assert cast.browser("amir").get(f"{BASE}add/?contribution={row.pk}").status_code == 404


def test_an_overtaken_edit_shows_what_it_now_reads_and_asks_again(cast: Cast) -> None:
    with in_workspace(cast.acme.pk):
        story = tell(cast)
        services.edit_achievement(
            achievement=story, by=cast.alex, story=Story("Changed elsewhere", DAY), version=1, now=NOW
        )
    url = f"{BASE}{story.pk}/edit/"
    sent = cast.browser("alex").post(url, {**SENT, "title": "Mine", "version": "1"})
    said = sent.content.decode()
    assert "It now reads: Changed elsewhere" in said
    assert 'value="Mine"' in said
    assert 'name="version" value="2"' in said
    assert cast.browser("alex").post(url, {**SENT, "title": "Mine", "version": "2"}).status_code == 302
    assert stored(cast)[0].title == "Mine"


def test_links_are_made_and_undone_from_both_sides_without_javascript(cast: Cast) -> None:
    with in_workspace(cast.acme.pk), because(user=cast.alex.user_id):
        story, row, other = tell(cast), log(cast, client="Aurelia Foods"), log(cast, "7", client="Kestrel")
    browser, side = cast.browser("alex"), f"{BASE}{story.pk}/link/"
    searched = browser.post(side, {"q": "aurelia", "pick": other.pk, "search": "1"}).content.decode()
    assert "Aurelia Foods" in searched
    assert f'value="{other.pk}" id="pick-{other.pk}" checked' in searched
    assert browser.post(side, {"q": ""}).status_code == 422
    assert browser.post(side, {"pick": [row.pk, other.pk]}).status_code == 302
    assert "Aurelia Foods" in browser.get(f"{BASE}{story.pk}/").content.decode()
    unlink = f"{BASE}{story.pk}/unlink/{row.pk}/"
    assert browser.get(unlink).status_code == 405
    assert browser.post(unlink, {"next": f"{BASE}{story.pk}/"}).headers["Location"] == f"{BASE}{story.pk}/"
    assert browser.post(unlink, {"next": "https://evil.example"}).headers["Location"].startswith("/w/acme/")
    back = browser.post(f"/w/acme/contributions/{row.pk}/link/", {"pick": story.pk})
    assert back.headers["Location"] == f"/w/acme/contributions/{row.pk}/"
    with in_workspace(cast.acme.pk):
        assert AchievementLink.objects.count() == 2


def test_a_pick_that_is_not_ones_own_is_as_if_it_did_not_exist(cast: Cast) -> None:
    with in_workspace(cast.acme.pk), because(user=cast.alex.user_id):
        story, row = tell(cast), log(cast, owner=cast.amir)
    picks = {"pick": [row.pk, "x", "-1", "9" * 30]}
    assert cast.browser("alex").post(f"{BASE}{story.pk}/link/", picks).status_code == 422
    assert cast.browser("alex").post(f"/w/acme/contributions/{row.pk}/link/", {}).status_code == 404
    with in_workspace(cast.acme.pk):
        assert not AchievementLink.objects.exists()


@pytest.mark.parametrize("reader", ["olive", "ada", "mia", "audrey"])
def test_readers_of_the_contribution_read_the_story_and_never_write_it(cast: Cast, reader: str) -> None:
    with in_workspace(cast.acme.pk), because(user=cast.alex.user_id):
        story = tell(cast)
        link(story, log(cast))
    browser = cast.browser(reader)
    shown = browser.get(f"{BASE}{story.pk}/")
    assert shown.status_code == 200
    said = shown.content.decode()
    assert "Renewed for three years" in said
    assert "Alex, and whoever may read a linked contribution." in said
    for action in ("edit", "archive", "restore", "share", "link"):
        assert f"{BASE}{story.pk}/{action}/" not in said
        assert browser.post(f"{BASE}{story.pk}/{action}/").status_code in (403, 404)
    assert not stored(cast)[0].shared


def test_strangers_and_colleagues_without_a_link_get_404(cast: Cast) -> None:
    with in_workspace(cast.acme.pk):
        story = tell(cast)
    for name in ("sam", "amir", "mia", "olive"):
        assert cast.browser(name).get(f"{BASE}{story.pk}/").status_code == 404


def test_a_colleague_reads_a_shared_story_without_its_figures_and_its_history(cast: Cast) -> None:
    with in_workspace(cast.acme.pk), because(user=cast.alex.user_id):
        story = tell(cast, shared=True)
        link(story, log(cast, "48000", client="Aurelia Foods"))
    said = cast.browser("amir").get(f"{BASE}{story.pk}/").content.decode()
    assert "Everyone in Acme." in said
    assert "Behind no contribution that you read." in said
    assert "48,000" not in said
    assert "Aurelia" not in said
    assert 'id="history"' not in said


def test_sharing_archiving_and_their_undo_are_one_button_each(cast: Cast) -> None:
    with in_workspace(cast.acme.pk):
        url = f"{BASE}{tell(cast).pk}/"
    browser = cast.browser("alex")
    browser.post(url + "share/", {"shared": "1"})
    assert stored(cast)[0].shared
    browser.post(url + "share/", {"shared": "0"})
    browser.post(url + "archive/")
    assert f"{url}restore/" in browser.get(url).content.decode()
    assert "Turned an escalation" not in browser.get(BASE).content.decode()
    assert "Turned an escalation" in browser.get(BASE + "?archived=only").content.decode()
    browser.post(url + "restore/")
    assert stored(cast)[0].archived_at is None
    assert not stored(cast)[0].shared


def test_an_empty_page_says_what_belongs_there_and_offers_the_first_step(cast: Cast) -> None:
    said = cast.browser("alex").get(BASE).content.decode()
    assert "An achievement is the how behind a number" in said
    assert "Add the first achievement" in said
    assert "Add the first achievement" not in cast.browser("audrey").get(BASE).content.decode()


def test_a_filter_that_excludes_everything_is_named_and_can_be_cleared(cast: Cast) -> None:
    with in_workspace(cast.acme.pk):
        tell(cast)
    said = cast.browser("alex").get(BASE + "?q=zebra&skill=Negotiation").content.decode()
    assert "No achievement matches “zebra”, the skill Negotiation." in said
    assert "Clear the search" in said


def test_an_unlinked_story_keeps_its_new_title_out_of_other_peoples_history(inside: Cast) -> None:
    row = log(inside)
    story = services.add_achievement(workspace=inside.acme, owner=inside.alex, story=TOLD, now=NOW)
    services.link_achievements(achievements=[story], contributions=[row], by=inside.alex)
    behind = [(AchievementLink, "contribution", row.pk)]
    assert history_of(row, also=behind)[0].title.startswith(f"{TOLD.title} behind")
    services.unlink_achievement(achievement=story, contribution=row, by=inside.alex)
    told = replace(TOLD, title="Why I want to leave")
    services.edit_achievement(achievement=story, by=inside.alex, story=told, version=1, now=NOW)
    titles = " ".join(entry.title for entry in history_of(row, also=behind))
    assert "leave" not in titles
    assert "A private achievement behind" in titles
