"""What each role does on the pages: by hand in a browser, or by sending the same form."""

import re
import uuid
from datetime import datetime
from zoneinfo import ZoneInfo

import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from playwright.sync_api import expect

from remess.home.worklists import lists_of
from tests.browser.cohort import YOUTHS
from tests.factories import PDF

CASABLANCA = ZoneInfo("Africa/Casablanca")


def on(day):
    """The whole process stands at ten in the morning of `day` (jj/mm/aaaa), the clock running."""
    moment = datetime.strptime(f"{day} 10:00", "%d/%m/%Y %H:%M").replace(tzinfo=CASABLANCA)
    return time_machine.travel(moment, tick=True)


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def send(client, address, **values):
    """Send the form of the page at `address`, which must take it."""
    answer = client.post(address, values)
    assert answer.status_code == 302, answer.context["form"].errors
    return answer


def lists(user):
    """{code: n} of the lists on this user's home where something waits."""
    page = signed_in(user).get("/", follow=True)
    return {part.list.code: part.total for part in page.context["waiting"]}


def go(page, address):
    """Open a page, which must not be wider than its screen."""
    assert page.goto(address).status == 200
    fits(page)


def fits(page):
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url


def press(page, name):
    """Press the button of this name; the page that answers fits its screen."""
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).click()
    fits(page)


def follow(page, name):
    with page.expect_navigation():
        page.get_by_role("link", name=name, exact=True).first.click()
    fits(page)


def says(page, text):
    expect(page.get_by_text(text).first).to_be_visible()


# The agent.


def type_a_sheet(page, youth, hint="", **changes):
    """Enter a sheet on the phone, field by field; `hint`: what the page says meanwhile."""
    go(page, "/mes-jeunes/")
    page.get_by_role("link", name="Nouvelle fiche").first.click()
    sheet = youth.sheet() | changes
    chosen = {"female": "Femme", "male": "Homme", "ar": "Arabe"}
    for name in ("sex", "consent_language"):
        page.get_by_label(chosen[sheet.pop(name)], exact=True).check(force=True)
    sheet.pop("consent")
    page.get_by_label(re.compile("Le jeune a lu ou entendu la notice")).check()
    for name, text in sheet.items():
        page.locator(f"[name={name}]").fill(text)
    if hint:
        says(page, hint)
        fits(page)
    press(page, "Enregistrer la fiche")


def send_a_sheet(client, youth, ocb):
    sheet = {**youth.sheet(), "ocb": ocb.pk, "client_id": uuid.uuid4()}
    send(client, "/beneficiaires/nouveau/", **sheet)


def record_exit(page, youth, day, reason):
    go(page, youth.person.get_absolute_url())
    follow(page, "Enregistrer une sortie")
    page.get_by_label("Date de sortie", exact=True).fill(day)
    page.get_by_label(reason, exact=True).check(force=True)
    press(page, "Enregistrer la sortie")
    says(page, "Sortie enregistrée.")


def record_return(page, youth, day):
    go(page, youth.person.get_absolute_url())
    follow(page, "Enregistrer le retour")
    page.get_by_label("Date du retour").fill(day)
    press(page, "Enregistrer le retour")
    says(page, "Retour enregistré.")


# The team.


def open_pair(page, youth):
    """From the work list, the two sheets of a possible duplicate."""
    go(page, "/a-faire/doublons/")
    row = page.locator("li", has_text=youth.shown)
    with page.expect_navigation():
        row.get_by_role("link", name="Comparer").click()


def create_bootcamp(page, code, day, capacity=""):
    go(page, "/bootcamps/nouveau/")
    page.get_by_label("Numéro").fill(code)
    page.get_by_label("Région").select_option(label="Errachidia")
    page.get_by_label("Date").fill(day)
    page.get_by_label("Nombre de places").fill(capacity)
    press(page, "Enregistrer le bootcamp")


def act_on_all_selected_by(page, filters, action):
    """The list, its filter, « Agir sur les … », the action: as far as its form."""
    go(page, f"/beneficiaires/?{filters}")
    with page.expect_navigation():
        page.get_by_role("button", name=re.compile("de ce filtre$")).click()
    follow(page, action)


def mark(page, youth, decision, reason=""):
    """One line of the minutes: present, and what the jury decides."""
    row = page.locator("tr", has_text=youth.shown)
    row.get_by_role("checkbox").check()
    row.get_by_label(decision, exact=True).check(force=True)
    if reason:
        row.get_by_label(re.compile("^Motif")).fill(reason)


def mark_by_form(client, code, retained, reason):
    """Everybody on the list came; the jury retains those, and the others not for this reason."""
    shown = client.get(f"/bootcamps/{code}/").context["sheet"].rows
    sent = {"ligne": [row.participation.pk for row in shown]}
    kept = {youth.person.pk for youth in retained}
    for row in shown:
        is_kept = row.participation.beneficiary_id in kept
        sent[f"{row.prefix}-attended"] = "on"
        sent[f"{row.prefix}-decision"] = "retained" if is_kept else "not_retained"
        sent[f"{row.prefix}-reason"] = "" if is_kept else reason
    assert client.post(f"/bootcamps/{code}/presences/", sent).status_code == 302


def sign(page, count):
    page.get_by_label("Signataire").fill("A. Benkirane, direction provinciale")
    press(page, "Signer le procès-verbal")
    says(page, f"Procès-verbal signé : {count} jeunes passent à l'étape Sélectionné.")


def create_course(page, code, first, last, sittings):
    go(page, "/formations/nouvelle/")
    page.get_by_label("Code").fill(code)
    page.get_by_label("Intitulé").fill("Formation avant création")
    page.get_by_label("Région").select_option(label="Errachidia")
    page.get_by_label("Début").fill(first)
    page.get_by_label("Fin", exact=True).fill(last)
    page.get_by_label(re.compile("F-01")).check(force=True)
    press(page, "Enregistrer la formation")
    for number, day in enumerate(sittings, 1):
        follow(page, "Ajouter une séance")
        page.get_by_label("Module").fill(f"Module {number}")
        page.get_by_label("Date").fill(day)
        press(page, "Ajouter la séance")


# The trainer.


def mark_sitting(page, course, number, absent=None):
    """« Cocher tout le monde », then untick who is not there."""
    go(page, f"/formations/{course}/")
    with page.expect_navigation():
        page.locator("li", has_text=f"Module {number}").get_by_role("link").click()
    follow(page, "Cocher tout le monde")
    if absent:
        page.get_by_role("checkbox", name=absent.shown).uncheck()
    press(page, "Enregistrer les présences")


def visit(client, youth, next_on, trainer_says="Prix de revient"):
    """A visit of today, the next one agreed upon."""
    send(
        client,
        f"/beneficiaires/{youth.person.file_number}/visites/nouvelle/",
        client_id=uuid.uuid4(),
        visited_on=f"{datetime.now(CASABLANCA):%d/%m/%Y}",
        minutes="60",
        place="Atelier",
        topics=trainer_says,
        next_step="Déposer le dossier",
        next_on=next_on,
    )


def create_by_hand(page, youth, form, identifier, day, **fields):
    go(page, youth.person.get_absolute_url())
    follow(page, "Enregistrer la création")
    page.get_by_label(form, exact=True).check(force=True)
    page.get_by_label("Numéro d'immatriculation").fill(identifier)
    page.get_by_label("Date d'immatriculation").fill(day)
    for name, text in fields.items():
        page.locator(f"[name={name}]").fill(text)
    press(page, "Enregistrer la création")
    says(page, "Création enregistrée.")


def add_proof_by_hand(page, kind):
    """On the sheet of a creator: the scanned proof of the enterprise."""
    follow(page, "Ajouter une pièce")
    page.get_by_label(kind, exact=True).check(force=True)
    scan = {"name": "scan.pdf", "mimeType": "application/pdf", "buffer": PDF + b"% main"}
    page.locator("[name=file]").set_input_files(scan)
    press(page, "Enregistrer la pièce")


def create_and_prove(client, youth, identifier, day):
    """An auto-entrepreneur with the scan of the card, by the same pages."""
    number = youth.person.file_number
    form = {"legal_form": "auto_entrepreneur", "identifier": identifier, "registered_on": day}
    send(client, f"/beneficiaires/{number}/creation/", **form)
    enterprise = youth.person.enterprises()[0]
    scan = SimpleUploadedFile("carte.pdf", PDF + identifier.encode(), "application/pdf")
    send(client, f"/entreprises/{enterprise.pk}/pieces/ajouter/", kind="ae_card", file=scan)


# Whoever follows up.


def follow_up(client, rank, months, status, income="", women="", men=""):
    send(
        client,
        f"/beneficiaires/{YOUTHS[rank].person.file_number}/suivis/{months}/",
        done_on=f"{datetime.now(CASABLANCA):%d/%m/%Y}",
        status=status,
        monthly_income=income,
        jobs_women=women,
        jobs_men=men,
    )


def follow_up_by_hand(page, youth, months, status, income):
    """From the line of the work list to the form, on the phone."""
    go(page, "/a-faire/suivis/")
    row = page.locator("li", has_text=youth.shown)
    with page.expect_navigation():
        row.get_by_role("link", name=f"Noter le suivi à {months} mois").click()
    fits(page)
    page.get_by_label("Date du suivi").fill(f"{datetime.now(CASABLANCA):%d/%m/%Y}")
    page.get_by_label(status, exact=True).check(force=True)
    page.get_by_label(re.compile("^Revenu mensuel")).fill(income)
    press(page, "Enregistrer le suivi")
    says(page, "C'est enregistré.")


# Whoever looks whether anything waits.


def nothing_waits(user):
    """Every list of this role says so, on its own page and on the home; the optional one too."""
    client = signed_in(user)
    home = client.get("/", follow=True)
    assert home.context["waiting"] == home.context["aside"] == []
    assert "Tout est à jour : rien n'attend." in home.content.decode()
    for entry in lists_of(user):
        page = client.get(f"/a-faire/{entry.code}/")
        assert (entry.code, page.context["page"].total) == (entry.code, 0)


def the_menu_shows_no_count(page):
    go(page, "/")
    says(page, "Tout est à jour : rien n'attend.")
    expect(page.locator(".nav-main .count")).to_have_count(0)
