"""The house's rules that no linter knows. Each finds faults in text, and is tried on a bad one."""

import ast
import os
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

ROOT = Path(settings.BASE_DIR)
NOT_OURS = {"node_modules", "staticfiles", "var", "__pycache__"}
APPS = ("remess", "ocbs", "beneficiaries", "bootcamps", "reporting")
LONGEST = 400
LONGEST_TEST = 700
LONGEST_VIEW = 30


def files(*suffixes, under=("",)):
    """Our files with one of these endings (all without any), under these folders, sorted."""
    found = []
    for folder in under:
        for place, folders, names in os.walk(ROOT / folder):
            folders[:] = [name for name in folders if is_ours(name)]
            found += [Path(place, name) for name in names if name.endswith(suffixes or "")]
    return sorted(found)


def is_ours(folder):
    return folder == ".ci" or not (folder in NOT_OURS or folder.startswith("."))


def name_of(path):
    return path.relative_to(ROOT).as_posix()


def faults_in(paths, rule):
    """`rule` (text → faults) over the files, each fault with the file's name."""
    return [f"{name_of(path)}: {fault}" for path in paths for fault in rule(path.read_text())]


def python_files():
    """The application's own code: no tests, no migrations (they are history)."""
    return [path for path in files(".py", under=APPS) if "migrations" not in path.parts]


def outside(*folders):
    """The application's own code but for these folders or files."""
    return [path for path in python_files() if not name_of(path).startswith(folders)]


# Sizes and names


def longer_than(limit, paths):
    lengths = {name_of(path): len(path.read_text().splitlines()) for path in paths}
    assert lengths
    return {name: length for name, length in lengths.items() if length > limit}


def test_files_stay_small():
    pages = files(".html", ".css", ".js", under=("templates", "static"))
    assert longer_than(LONGEST, [*python_files(), *pages]) == {}
    assert longer_than(LONGEST_TEST, files(".py", under=("tests",))) == {}


def test_a_long_file_is_noticed():
    assert longer_than(100, [Path(__file__)])


def test_no_file_is_named_after_nothing():
    names = {"utils.py", "helpers.py", "common.py", "misc.py", "services.py", "signals.py"}
    assert [name_of(path) for path in files(".py") if path.name in names] == []


def long_views(text):
    functions = [node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)]
    return [
        f"{node.name} has {node.end_lineno - node.lineno + 1} lines"
        for node in functions
        if node.end_lineno - node.lineno >= LONGEST_VIEW
    ]


def is_view(path):
    return path.name == "views.py" or path.parent.name == "views"


def test_views_are_thin():
    views = [path for path in python_files() if is_view(path)]
    assert views
    assert faults_in(views, long_views) == []


def test_thickness_is_noticed():
    assert long_views("def page(request):\n" + "    x = 1\n" * 30) == ["page has 31 lines"]
    assert long_views("def page(request):\n" + "    x = 1\n" * 29) == []


def broad_excepts(text):
    handlers = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.ExceptHandler)]
    broad = {None, "Exception", "BaseException"}
    return [
        f"line {node.lineno} catches everything"
        for node in handlers
        if (node.type is None or isinstance(node.type, ast.Name))
        and getattr(node.type, "id", None) in broad
    ]


def test_no_exception_is_caught_blindly():
    assert faults_in(files(".py"), broad_excepts) == []


@pytest.mark.parametrize("caught", ["", " Exception", " BaseException as all"])
def test_a_blind_catch_is_noticed(caught):
    assert broad_excepts(f"try:\n    x\nexcept{caught}:\n    y") == ["line 3 catches everything"]
    assert broad_excepts("try:\n    x\nexcept ValueError:\n    y") == []


def http_imports(text):
    return [
        f"line {node.lineno} imports django.http"
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("django.http")
    ]


def test_only_views_and_what_decorates_them_speak_http():
    decorators = ("remess/accounts/roles.py", "remess/shared/kept.py")
    spoken = [path for path in outside(*decorators) if not is_view(path)]
    assert faults_in(spoken, http_imports) == []


def test_speaking_http_is_noticed():
    assert http_imports("from django.http import Http404") == ["line 1 imports django.http"]


# The door and its writers

DOOR = {
    "Entry",
    "advance",
    "come_back",
    "correct_date",
    "correct_identity",
    "create_activity",
    "leave",
    "record_many",
    "replace",
    "void",
    "void_exit",
}
MOMENTS = {"recorded_at", "voided_at", "at"}
HISTORY = {
    "StageEvent",
    "Exit",
    "EnterpriseMember",
    "FunnelClosing",
    "FunnelCount",
    "FunnelLedger",
    "PartClosing",
    "PartCount",
    "PartLedger",
    "ReferentPeriod",
    "RegionClosing",
}
HISTORY_RELATIONS = {"events", "exits", "memberships", "referent_periods", "history"}
# What holds a person or an enterprise, of which each typed field has its history.
TRACKED = {
    "Beneficiary",
    "Enterprise",
    "beneficiaries",
    "beneficiary",
    "corrected",
    "enterprise",
    "enterprises",
    "locked",
    "people",
    "person",
    "sheet",
}
REWRITES = {"asave", "bulk_update", "delete", "save", "update", "update_or_create"}
STAGE_FIELDS = {"current_stage", "stage_on"}
WRITES = {
    "bulk_create",
    "bulk_update",
    "create",
    "delete",
    "get_or_create",
    "update",
    "update_or_create",
}


def calls(text):
    return [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]


def called(call):
    """The last name of what is called: `advance` of both `advance()` and `door.advance()`."""
    return getattr(call.func, "id", getattr(call.func, "attr", ""))


def names_in_chain(node):
    """Every name of an expression like `StageEvent.objects.filter(…).update`."""
    names = set()
    while isinstance(node, ast.Attribute | ast.Call):
        if isinstance(node, ast.Attribute):
            names.add(node.attr)
        node = node.value if isinstance(node, ast.Attribute) else node.func
    return names | {getattr(node, "id", "")}


def chosen_moments(text):
    """Calls of the door that choose when the register learned of something."""
    return [
        f"line {call.lineno} passes {keyword.arg}= to {called(call)}"
        for call in calls(text)
        if called(call) in DOOR
        for keyword in call.keywords
        if keyword.arg in MOMENTS
    ]


def history_writes(text):
    """Constructions and queries that write stage events, exits, memberships or their counts."""
    found = []
    for call in calls(text):
        if called(call) in HISTORY:
            found.append(f"line {call.lineno} makes a {called(call)}")
        elif called(call) in WRITES and isinstance(call.func, ast.Attribute):
            chain = names_in_chain(call.func.value)
            touched = sorted(chain & (HISTORY | HISTORY_RELATIONS))
            found += [f"line {call.lineno} writes {name}" for name in touched]
    return found


def unremembered_writes(text):
    """Writes of a stored person or enterprise that leave no row in the history of its fields.

    A new row has none; the stage has the events.
    """
    found = []
    for call in calls(text):
        if called(call) not in REWRITES or not isinstance(call.func, ast.Attribute):
            continue
        names = {keyword.arg for keyword in call.keywords}
        is_new = called(call) == "save" and "force_insert" in names
        is_stage = called(call) == "update" and names and names <= STAGE_FIELDS
        touched = sorted(names_in_chain(call.func.value) & TRACKED)
        if touched and not is_new and not is_stage:
            found.append(f"line {call.lineno} {called(call)}s {touched[0]}")
    return found


def locked_keys(text):
    """Locks that whoever names the row must wait for, at a moment no order of locks provides."""
    return [
        f"line {call.lineno} locks the key too"
        for call in calls(text)
        if called(call) == "select_for_update"
        and "no_key" not in {keyword.arg for keyword in call.keywords}
    ]


def stage_writes(text):
    """Assignments and writing queries that set the current stage."""
    assigned = [
        f"line {node.lineno} sets {target.attr}"
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Attribute) and target.attr in STAGE_FIELDS
    ]
    written = [
        f"line {call.lineno} writes {keyword.arg}"
        for call in calls(text)
        if called(call) in WRITES | {"Beneficiary"}
        for keyword in call.keywords
        if keyword.arg in STAGE_FIELDS
    ]
    return assigned + written


def test_only_the_demo_chooses_when_the_register_learned():
    free = outside("remess/demo/", "beneficiaries/transitions/")
    assert faults_in(free, chosen_moments) == []


@pytest.mark.parametrize(
    "call",
    [
        "advance(p, s, on=d, by=u, evidence=e, recorded_at=m)",
        "transitions.leave(p, on=d, by=u, reason=r, recorded_at=m)",
        "Entry(p, s, d, e, recorded_at=m)",
        "void(event, by=u, reason=r, voided_at=m)",
        "correct_date(event, on=d, by=u, reason=r, at=m)",
    ],
)
def test_choosing_the_moment_is_noticed(call):
    assert len(chosen_moments(call)) == 1
    assert chosen_moments(call.rsplit(",", 1)[0] + ")") == []


def test_history_is_written_by_the_door_and_its_counts_alone():
    free = outside("beneficiaries/transitions/", "beneficiaries/counts/", "ocbs/")
    assert faults_in(free, history_writes) == []


@pytest.mark.parametrize(
    "statement",
    [
        "StageEvent(stage=s)",
        "models.Exit(reason=r)",
        "StageEvent.objects.filter(pk=1).update(stage=s)",
        "person.events.create(stage=s)",
        "FunnelCount.objects.bulk_create(rows)",
        "PartLedger.objects.update(n=0)",
        "person.exits.all().delete()",
        "Beneficiary.history.bulk_create(rows)",
    ],
)
def test_a_second_writer_of_history_is_noticed(statement):
    assert len(history_writes(statement)) == 1


def test_reading_history_is_no_fault():
    assert history_writes("StageEvent.objects.filter(stage=s).count()\nrow.update(a=1)") == []


def test_what_people_typed_is_changed_where_its_history_is_written():
    """In bootcamps and ocbs, `locked` and `sheet` are rows of theirs."""
    theirs = ("bootcamps/", "ocbs/", "remess/accounts/")
    free = outside("beneficiaries/transitions/changes.py", *theirs)
    assert faults_in(free, unremembered_writes) == []
    above = [path for path in python_files() if name_of(path).startswith(theirs)]
    ours = {"locked", "sheet"}
    faults = [f for f in faults_in(above, unremembered_writes) if f.split()[-1] not in ours]
    assert faults == []


@pytest.mark.parametrize(
    "statement",
    [
        "Beneficiary.objects.filter(pk=1).update(phone='')",
        "Beneficiary.objects.bulk_update(rows, ['phone'])",
        "person.save(update_fields=['phone'])",
        "locked.save()",
        "Enterprise.objects.filter(ice='').update(ice=i)",
        "people.filter(ocb=o).update(ocb=p, current_stage='')",
    ],
)
def test_a_change_without_history_is_noticed(statement):
    assert len(unremembered_writes(statement)) == 1


def test_a_new_row_a_stage_and_a_row_of_another_kind_are_no_fault():
    assert unremembered_writes("enterprise.save(force_insert=True)") == []
    assert unremembered_writes("Beneficiary.objects.update(current_stage=s, stage_on=d)") == []
    assert unremembered_writes("Enterprise.objects.bulk_create(rows)\nrow.save()") == []


def test_rows_are_locked_without_their_key():
    assert faults_in(python_files(), locked_keys) == []


def test_a_locked_key_is_noticed():
    assert len(locked_keys("rows.select_for_update(of=('self',)).get(pk=1)")) == 1
    assert locked_keys("rows.select_for_update(no_key=True).get(pk=1)") == []


def test_the_current_stage_is_written_by_the_door_alone():
    assert faults_in(outside("beneficiaries/transitions/"), stage_writes) == []


@pytest.mark.parametrize(
    "statement",
    [
        "person.current_stage = Stage.TRAINED",
        "Beneficiary(current_stage='trained')",
        "people.update(stage_on=day)",
    ],
)
def test_a_second_writer_of_the_stage_is_noticed(statement):
    assert len(stage_writes(statement)) == 1
    assert stage_writes("people.filter(current_stage=stage)") == []


# Templates

TAG = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
NOT_SHOWN_AS_IS = re.compile(
    r"\{%-?\s*blocktrans(?:late)?\b.*?\{%-?\s*endblocktrans(?:late)?\s*%\}"
    r"|\{%\s*comment\b.*?\{%\s*endcomment\s*%\}"
    r"|\{%\s*block \w+_class\s*%\}.*?\{%\s*endblock\s*%\}",
    re.DOTALL,
)
INLINE = re.compile(
    r"<script(?![^>]*\ssrc=)[^>]*>|<style\b|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:",
    re.IGNORECASE,
)
OTHER_HOST = re.compile(r"(?:src|href|action)\s*=\s*[\"'](?:https?:)?//|url\(\s*[\"']?https?:")
SPOKEN_ATTRIBUTE = re.compile(r"\s(?:aria-label|title|placeholder|alt)\s*=\s*(\"[^\"]*\"|'[^']*')")
WORD = re.compile(r"[^\W\d_]{2,}")
# The page of a breakdown must need nothing; the notice to the youth stands in both languages.
UNTRANSLATED_PAGES = {"500.html", "notice.html"}
PROPER_NAMES = {"REMESS"}


def inline_code(text):
    """What the content security policy would refuse to run or to draw."""
    return [f"inline {found.strip()!r}" for found in INLINE.findall(TAG.sub("", text))]


def other_hosts(text):
    return [f"other host {found!r}" for found in OTHER_HOST.findall(text)]


def untranslated_words(text):
    """Words that a visitor reads or hears and that do not go through gettext."""
    rest = TAG.sub("", NOT_SHOWN_AS_IS.sub("", text))
    spoken = SPOKEN_ATTRIBUTE.findall(rest)
    seen = re.sub(r"<[^<>]*>", " ", rest)
    entities = re.sub(r"&\w+;", " ", " ".join([*spoken, seen]))
    return sorted(set(WORD.findall(entities)) - PROPER_NAMES)


def templates():
    found = files(".html", under=("templates",))
    assert found
    return found


def test_templates_hold_no_inline_script_style_or_handler():
    assert faults_in(templates(), inline_code) == []


@pytest.mark.parametrize(
    "html",
    [
        "<script>go()</script>",
        '<p style="color: red">',
        '<a onclick="go()">',
        "<style>p {}</style>",
        '<a href="javascript:go()">',
    ],
)
def test_inline_code_is_noticed(html):
    assert inline_code(html)
    assert inline_code('<script defer src="/a.js"></script><p class="style">on = 1</p>') == []


def test_nothing_is_fetched_from_another_host():
    ours = [*templates(), *files(".css", ".js", under=("static",))]
    assert faults_in(ours, other_hosts) == []


@pytest.mark.parametrize(
    "source", ['<img src="https://x.y/z">', '<a href="//x.y">', "url(https://x.y/z.woff2)"]
)
def test_another_host_is_noticed(source):
    assert other_hosts(source)


def test_every_word_of_a_page_goes_through_gettext():
    spoken = [path for path in templates() if path.name not in UNTRANSLATED_PAGES]
    assert faults_in(spoken, untranslated_words) == []


@pytest.mark.parametrize(
    "html", ["<p>Enregistrer</p>", '<a title="Enregistrer">{{ name }}</a>', "{{ n }} Enregistrer"]
)
def test_an_untranslated_word_is_noticed(html):
    assert untranslated_words(html) == ["Enregistrer"]


def test_translated_words_are_no_fault():
    page = (
        '{# a note #}<p class="big">{% translate "Oui" %} {{ name }}&nbsp;:</p>'
        "{% blocktranslate %}Bonjour <b>{{ name }}</b>{% endblocktranslate %} REMESS"
    )
    assert untranslated_words(page) == []


# What must not be committed

# In two halves, so that this file names none of them either.
REGISTRIES = (("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("npmjs", "com"))
HOSTS = tuple(".".join(halves) for halves in (*REGISTRIES, ("debian", "org")))
MACHINE_PATH = re.compile(r"(?<![\w.}])/(?:work|root|home|Users)/\w")
UNFINISHED = re.compile(r"\b(?:TODO|FIXME)\b")


def registry_hosts(text):
    return [f"names {host}" for host in HOSTS if host in text]


def machine_paths(text):
    return [f"holds {found}…" for found in MACHINE_PATH.findall(text)]


def unfinished(text):
    return [f"holds {found}" for found in UNFINISHED.findall(text)]


def text_files():
    """Every text of ours but this one, which names what it forbids."""
    pictures = (".png", ".jpg", ".ico", ".woff2", ".xlsx", ".mo", ".pyc", ".sqlite3")
    return [path for path in files() if path != Path(__file__) and not path.name.endswith(pictures)]


@pytest.mark.parametrize("rule", [registry_hosts, machine_paths, unfinished])
def test_what_is_committed_stands_on_its_own(rule):
    assert faults_in(text_files(), rule) == []


def test_what_does_not_stand_on_its_own_is_noticed():
    assert registry_hosts(f"https://{HOSTS[0]}/simple")
    assert machine_paths("open('/home/amal/x')")
    assert machine_paths("templates/home/todo.html {{ x }}/home/a") == []
    assert unfinished("# TODO later")


def test_the_package_lock_names_no_address():
    lock = (ROOT / "package-lock.json").read_text()
    assert '"integrity"' in lock
    assert '"resolved"' not in lock


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
