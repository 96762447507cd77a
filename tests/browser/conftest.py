"""A real Chromium against a live server: Debian's, or the one CHROMIUM names."""

import os

import pytest

from tests.chromium import NOT_FOUND, find_chromium

# Playwright's synchronous interface keeps a loop running, which makes Django refuse its queries.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
PHONE = {"width": 390, "height": 844}
LAPTOP = {"width": 1366, "height": 900}


def pytest_collection_modifyitems(items):
    if find_chromium() is None:
        for item in items:
            if "tests/browser/" in item.nodeid:
                item.add_marker(pytest.mark.skip(reason=NOT_FOUND))


@pytest.fixture(scope="session")
def chromium():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_as(chromium, live_server):
    """open_as(user, viewport) → a signed-in page; its console must stay silent."""
    contexts, complaints = [], []

    def open_page(user, viewport):
        # Scrolling that glides carries the save bar away under a press that comes, as here, some
        # milliseconds after a field was filled: the press is let go beside the button, and lost.
        context = chromium.new_context(
            viewport=viewport, base_url=live_server.url, locale="fr-FR", reduced_motion="reduce"
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda problem: complaints.append(str(problem)))
        page.goto("/connexion/")
        page.fill("[name=login]", user.username)
        page.fill("[name=password]", PASSWORD)
        page.click("main button[type=submit]")
        return page

    yield open_page
    for context in contexts:
        context.close()
    # A form refused (422) or overtaken (409), a hidden sheet (404) and a request cut short by
    # leaving the page are told as errors by the browser itself.
    told = ("404", "409", "422", "ERR_FAILED", "ERR_ABORTED")
    assert [c for c in complaints if not any(code in c for code in told)] == []


PASSWORD = "un mot de passe d'essai"
