"""What a row says of a person's path: required facts, age, order of the stages, proof, exit.

The same rules as the door's (funnel.py, programme.md), said cell by cell; for somebody the register
knows, what it already holds completes the row.
"""

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from beneficiaries.funnel import NOUNS, PATH, Path, Stage, capital, short_day
from beneficiaries.models.enterprise import EARLIEST_ON
from remess.programme.brackets import age_on, bracket_on

DAY_OF = {
    Stage.IDENTIFIED: "identified_on",
    Stage.SELECTED: "selected_on",
    Stage.TRAINED: "trained_on",
    Stage.CREATED: "created_on",
}
REQUIRED = {
    "sex": gettext_lazy("Indiquer le sexe : F ou M."),
    "birth_date": gettext_lazy("Indiquer la date de naissance."),
    "ocb": gettext_lazy("Indiquer l'OCB, par son code ou son nom."),
    "identified_on": gettext_lazy("Indiquer la date d'identification."),
}
PROOF = {
    "legal_form": gettext_lazy("Une création demande la forme juridique."),
    "identifier": gettext_lazy("Une création demande un numéro : registre, RC, IF ou agrément."),
}


def judge(row, path: Path, brackets):
    """Say what the row lacks or contradicts, given what the register knows (`path`)."""
    if row.person is None:
        _require(row)
    elif row.values.get("consent") is False:
        _refuse_consent(row)
    days = days_of(row, path)
    _check_age(row, path, days, brackets)
    _check_order(row, path, days)
    _check_bootcamp(row, path)
    _check_creation(row, path)
    _check_exit(row, path, days)


def days_of(row, path):
    """{stage: day}: the row's, else the register's."""
    return {
        stage: day
        for stage in PATH
        if (day := row.values.get(DAY_OF[stage]) or path.reached.get(stage))
    }


def _require(row):
    names = {"family_name", "given_name", "full_name"}
    if not (row.values.keys() | row.faulty) & names:
        row.error("missing", "family_name", _("Indiquer au moins le nom ou le prénom."))
    for name, text in REQUIRED.items():
        if name not in row.values and name not in row.faulty:
            row.error("missing", name, str(text))
    if "consent" not in row.faulty and row.values.get("consent") is not True:
        _refuse_consent(row)


def _refuse_consent(row):
    row.error("missing", "consent", _("Sans l'accord du jeune (« oui »), rien n'est enregistré."))


def _check_age(row, path, days, brackets):
    """The age on the day of identification, unless the register accepted it already."""
    identified_on = days.get(Stage.IDENTIFIED)
    birth_date = row.values.get("birth_date") or path.birth_date
    if not identified_on or not birth_date or "birth_date" in row.faulty:
        return
    known = (path.reached.get(Stage.IDENTIFIED), path.birth_date)
    if known == (identified_on, birth_date):
        return
    bracket = bracket_on(identified_on, brackets)
    age = age_on(birth_date, identified_on)
    if not bracket.min_age <= age <= bracket.max_age:
        row.error(
            "age_out_of_bracket",
            "birth_date",
            _(
                "Vérifier l'année de naissance : le jeune aurait %(age)s ans le %(day)s, "
                "l'accord couvre %(min)s à %(max)s ans."
            )
            % {
                "age": age,
                "day": short_day(identified_on),
                "min": bracket.min_age,
                "max": bracket.max_age,
            },
        )


def _check_order(row, path, days):
    """No stage without those before, none before an earlier one's day, none after an exit."""
    told = [at for at, stage in enumerate(PATH) if row.values.get(DAY_OF[stage])]
    first = 0 if row.person else 1
    for at in range(first, max(told, default=0)):
        if PATH[at] not in days and DAY_OF[PATH[at]] not in row.faulty:
            row.error(
                "stage_missing",
                DAY_OF[PATH[at]],
                _("Il manque la date de %(before)s : elle vient avant %(stage)s.")
                % {"before": NOUNS[PATH[at]], "stage": NOUNS[PATH[max(told)]]},
            )
    latest = None
    for stage in (stage for stage in PATH if stage in days):
        if latest and days[stage] < days[latest]:
            if row.values.get(DAY_OF[stage]) or row.values.get(DAY_OF[latest]):
                _refuse_order(row, stage, latest, days)
        else:
            latest = stage
    if path.left_on and any(PATH[at] not in path.reached for at in told):
        row.error(
            "stage_order",
            "exit_on",
            _("Cette personne est sortie le %(day)s : enregistrer d'abord son retour.")
            % {"day": short_day(path.left_on)},
        )


def _refuse_order(row, stage, earlier, days):
    """Told once, at the day the row itself gives: the other may be the register's."""
    if not row.values.get(DAY_OF[stage]):
        if DAY_OF[earlier] not in row.faulty:
            row.error(
                "stage_order",
                DAY_OF[earlier],
                _("%(earlier)s, le %(before)s, ne peut suivre %(stage)s, du %(day)s au registre.")
                % {
                    "earlier": capital(NOUNS[earlier]),
                    "before": short_day(days[earlier]),
                    "stage": NOUNS[stage],
                    "day": short_day(days[stage]),
                },
            )
        return
    row.error(
        "stage_order",
        DAY_OF[stage],
        _("%(stage)s, le %(day)s, ne peut précéder %(earlier)s, du %(before)s.")
        % {
            "stage": capital(NOUNS[stage]),
            "day": short_day(days[stage]),
            "earlier": NOUNS[earlier],
            "before": short_day(days[earlier]),
        },
    )


def _check_bootcamp(row, path):
    selected_on, bootcamp = row.values.get("selected_on"), row.values.get("bootcamp")
    if not selected_on:
        if bootcamp and Stage.SELECTED not in path.reached and "selected_on" not in row.faulty:
            row.note(
                "bootcamp_without_selection",
                "bootcamp",
                _("Un bootcamp sans date de sélection : aucune sélection n'est enregistrée."),
            )
        return
    if bootcamp is None:
        if "bootcamp" not in row.faulty and Stage.SELECTED not in path.reached:
            row.note(
                "selection_without_bootcamp", "bootcamp", _("Une sélection sans son bootcamp.")
            )
        return
    held_on = short_day(bootcamp.held_on)
    if selected_on < bootcamp.held_on:
        row.error(
            "stage_order",
            "selected_on",
            _("La sélection ne peut précéder le bootcamp %(code)s, tenu le %(day)s.")
            % {"code": bootcamp.code, "day": held_on},
        )
    elif selected_on > bootcamp.held_on:
        row.note(
            "selection_after_bootcamp",
            "selected_on",
            _("Le bootcamp %(code)s s'est tenu le %(day)s, avant cette sélection.")
            % {"code": bootcamp.code, "day": held_on},
        )
    ocb = row.values.get("ocb") or (row.person and row.person.ocb)
    if ocb and bootcamp.region_id != ocb.region_id:
        row.note(
            "bootcamp_of_another_region",
            "bootcamp",
            _("Le bootcamp %(code)s est d'une autre région que l'OCB.") % {"code": bootcamp.code},
        )


def _check_creation(row, path):
    created_on, form = row.values.get("created_on"), row.values.get("legal_form")
    is_known = Stage.CREATED in path.reached
    if not created_on:
        told = form or row.values.get("identifier")
        if told and not is_known and "created_on" not in row.faulty:
            row.note(
                "creation_without_date",
                "created_on",
                _("Une entreprise sans date de création : aucune création n'est enregistrée."),
            )
        return
    for name, text in PROOF.items():
        if not is_known and not row.values.get(name) and name not in row.faulty:
            row.error("missing", name, str(text))
    earliest = EARLIEST_ON.get(form[0]) if form else None
    if earliest and created_on < earliest:
        row.error(
            "too_early_for_legal_form",
            "created_on",
            _(
                "Le registre des auto-entrepreneurs a ouvert en septembre 2015 : "
                "avant, choisir TPE ou coopérative."
            ),
        )


def _check_exit(row, path, days):
    left_on, reason = row.values.get("exit_on"), row.values.get("exit_reason")
    if reason and not left_on and "exit_on" not in row.faulty:
        row.error("missing", "exit_on", _("Une sortie demande sa date."))
    if left_on and not reason and "exit_reason" not in row.faulty:
        row.error("missing", "exit_reason", _("Une sortie demande son motif."))
    if left_on and left_on != path.left_on:
        last: date | None = max([*days.values(), *filter(None, [path.back_on])], default=None)
        if last and left_on < last:
            row.error(
                "stage_order",
                "exit_on",
                _("La sortie ne peut précéder l'étape du %(day)s.") % {"day": short_day(last)},
            )
