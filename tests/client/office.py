"""The office at the other end: codes for phones, reviews in the console's own pages."""

from dataclasses import dataclass

from playwright.sync_api import Page


@dataclass
class Desk:
    """A supervisor's browser, signed in."""

    page: Page
    url: str

    def sign_in(self, login: str, password: str) -> "Desk":
        self.page.goto(f"{self.url}/login")
        self.page.fill("[name=login]", login)
        self.page.fill("[name=password]", password)
        self.page.click("form.stack button.primary")
        self.page.wait_for_url(lambda url: "/login" not in url)
        return self

    def code(self, login: str) -> str:
        """A one-time code for a person's phone, as the page asks for it."""
        return self._made(login)["code"]

    def address(self, login: str) -> str:
        """What the QR picture of such a code says."""
        return self._made(login)["url"]

    def _made(self, login: str) -> dict[str, str]:
        told: dict[str, str] = self.page.evaluate(
            """async (login) => {
                const csrf = document.querySelector('meta[name=csrf-token]').content
                const answer = await fetch('/api/v1/enrol-codes', {
                    method: 'POST',
                    headers: {'Content-Type': 'application/json', 'X-CSRF-Token': csrf},
                    body: JSON.stringify({login}),
                })
                return await answer.json()
            }""",
            login,
        )
        return told

    def revoke(self, login: str) -> None:
        """All phones of a person out of service."""
        self.page.evaluate(
            """async (login) => {
                const csrf = document.querySelector('meta[name=csrf-token]').content
                const {devices} = await (await fetch('/api/v1/devices')).json()
                for (const {id} of devices.filter((d) => d.login === login && !d.revoked_at)) {
                    const asked = {method: 'POST', headers: {'X-CSRF-Token': csrf}}
                    await fetch(`/api/v1/devices/${id}/revoke`, asked)
                }
            }""",
            login,
        )

    def visit(self, rec: str) -> Page:
        self.page.goto(f"{self.url}/visits/{rec}")
        return self.page

    def send_back(self, rec: str, reason: str, comments: dict[str, str]) -> None:
        page = self.visit(rec)
        for path, words in comments.items():
            box = page.locator(f'textarea[name="comment:{path}"]')
            box.locator("xpath=ancestor::details").locator("summary").click()
            box.fill(words)
        page.fill("#review textarea[name=reason]", reason)
        page.click("#review button[value=return]")
        page.wait_for_load_state()

    def approve(self, rec: str) -> None:
        page = self.visit(rec)
        page.click("#review button[value=approve]")
        page.wait_for_load_state()
