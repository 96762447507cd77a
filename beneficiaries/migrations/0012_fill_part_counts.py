"""Fills the part tables from the exits, creations and memberships stored before they existed.

A copy of the rule as it stood on that day, since a migration never imports live code.
"""

from collections import Counter, defaultdict

from django.db import migrations


def fill(apps, schema_editor):
    entries = Counter()
    _exits(apps, entries)
    members = list(_rows(apps, "EnterpriseMember", ("enterprise_id", "legal_form", "event_id")))
    created = defaultdict(list)
    for event in _rows(apps, "StageEvent", ("occurred_on", "region_id", "ocb_id"), stage="created"):
        created[event["beneficiary_id"]].append(event)
    of_person, of_enterprise = defaultdict(list), defaultdict(list)
    for member in members:
        of_person[member["beneficiary_id"]].append(member)
        of_enterprise[member["enterprise_id"]].append(member)
    for person, events in created.items():
        _over_days(entries, events, of_person[person], _persons)
    for own in of_enterprise.values():
        events = [event for pk in {m["beneficiary_id"] for m in own} for event in created[pk]]
        _over_days(entries, events, own, _enterprises)
    _store(apps, entries)


def _rows(apps, name, columns, **where):
    rows = apps.get_model("beneficiaries", name).objects.filter(**where).order_by("pk")
    shared = ("pk", "beneficiary_id", "recorded_at", "recorded_on", "voided_on")
    return rows.values(*shared, *columns)


def _exits(apps, entries):
    columns = ("left_on", "region_id", "ocb_id", "stage", "reason", "returned_recorded_on")
    for row in _rows(apps, "Exit", columns):
        part = f"{row['stage']}:{row['reason']}"
        key = (row["left_on"].replace(day=1), row["region_id"], row["ocb_id"], "away", part)
        ends = [day for day in (row["voided_on"], row["returned_recorded_on"]) if day]
        until = min(ends, default=None)
        if until is None or until > row["recorded_on"]:
            entries[row["recorded_on"], *key] += 1
            if until:
                entries[until, *key] -= 1


def _over_days(entries, events, members, count):
    before = Counter()
    rows = [*events, *members]
    days = {row[name] for row in rows for name in ("recorded_on", "voided_on")} - {None}
    for day in sorted(days):
        now = count(_known(events, day), _known(members, day))
        for key in now.keys() | before.keys():
            entries[day, *key] += now[key] - before[key]
        before = now


def _known(rows, day):
    return [
        row
        for row in rows
        if row["recorded_on"] <= day and not (row["voided_on"] and row["voided_on"] <= day)
    ]


def _place(event):
    return (event["occurred_on"].replace(day=1), event["region_id"], event["ocb_id"])


def _persons(events, members):
    first = min(
        members,
        key=lambda m: (m["event_id"] is None, m["event_id"] or 0, m["recorded_at"], m["pk"]),
        default=None,
    )
    form = (first and first["legal_form"]) or "unknown"
    return Counter((*_place(event), "persons", form) for event in events)


def _enterprises(events, members):
    forms = {member["beneficiary_id"]: member["legal_form"] for member in members}
    known = [event for event in events if event["beneficiary_id"] in forms]
    if not known:
        return Counter()
    first = min(known, key=lambda event: (event["occurred_on"], event["pk"]))
    return Counter([(*_place(first), "enterprises", forms[first["beneficiary_id"]] or "unknown")])


def _store(apps, entries):
    counts = Counter()
    for (_day, *key), n in entries.items():
        counts[tuple(key)] += n
    names = ("month", "region_id", "ocb_id", "measure", "part")
    for model, key_names, totals in (
        ("PartCount", names, counts),
        ("PartLedger", ("recorded_on", *names), entries),
    ):
        table = apps.get_model("beneficiaries", model)
        rows = [
            table(**dict(zip(key_names, key, strict=True)), n=n)
            for key, n in sorted(totals.items())
            if n
        ]
        table.objects.bulk_create(rows, batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("beneficiaries", "0011_part_counts")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
