# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A stand-in for Microsoft Entra on loopback: who may have an access token."""

from urllib.parse import parse_qsl

from .fake_server import Refusal

TENANT, CLIENT, SECRET = "practice.example.org", "client-1", "secret-1"
REAL = "https://login.microsoftonline.com"
GRAPH_SCOPE = "https://graph.microsoft.com/"


class FakeEntra:
    """The tokens of one organization."""

    def start_entra(self):
        """Begin without tokens."""
        self.tokens = {}

    def reset_entra(self):
        """Forget what was refused; access tokens stay."""
        self.secrets = {CLIENT: SECRET}
        self.consents = {"consent": CLIENT}
        self.app_may = True
        #: {mailbox: why Graph refuses it, None for one that it serves}
        self.mailboxes = {"doctor@example.org": None}

    def answer_login(self, request):
        """Return (status, body) for a request to the place of tokens."""
        tenant, _sep, rest = request.path.strip("/").partition("/")
        if tenant not in (TENANT, "common"):
            text = f"AADSTS90002: Tenant '{tenant}' not found."
            raise refuse_login("invalid_tenant", 90002, text)
        if rest == "v2.0/.well-known/openid-configuration":
            base = f"{REAL}/{tenant}/oauth2/v2.0"
            return 200, {
                "issuer": f"{REAL}/{tenant}/v2.0",
                "authorization_endpoint": f"{base}/authorize",
                "token_endpoint": f"{base}/token",
            }
        if rest != "oauth2/v2.0/token":
            raise Refusal(404, {"error": "not_found"})
        return 200, self.give_token(dict(parse_qsl(request.body)))

    def give_token(self, form):
        """Return a token for a form, by a secret or by an owner's consent."""
        client = form["client_id"]
        if client not in self.secrets:
            text = "AADSTS700016: Application was not found in the directory."
            raise refuse_login("unauthorized_client", 700016, text)
        if form.get("client_secret") != self.secrets[client]:
            text = "AADSTS7000215: Invalid client secret provided."
            raise refuse_login("invalid_client", 7000215, text, status=401)
        answer = {"token_type": "Bearer", "expires_in": 3599}
        if form["grant_type"] == "authorization_code":
            answer |= self.use_code(form)
        if form["grant_type"] == "refresh_token":
            answer["refresh_token"] = self.use_consent(form, client)
        token = f"access-{next(self.numbers)}"
        self.tokens[token] = form["grant_type"]
        return {**answer, "access_token": token}

    def keep_consent(self, token, form):
        """Remember a consent."""
        self.consents[token] = form["client_id"]

    def use_consent(self, form, client):
        """Return the next refresh token; the one before is good for a while longer."""
        if self.consents.get(form["refresh_token"]) != client:
            text = "AADSTS50173: The grant was revoked."
            raise refuse_login("invalid_grant", 50173, text)
        asked = {name.removeprefix(GRAPH_SCOPE) for name in form["scope"].split()}
        if asked - {"Calendars.ReadWrite", "offline_access", "openid", "profile"}:
            raise refuse_login("invalid_grant", 65001, "AADSTS65001: No consent.")
        token = f"refresh-{next(self.numbers)}"
        self.consents[token] = client
        return token

    def check_token(self, request):
        """Refuse who has no token, or one without a permission."""
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if token not in self.tokens:
            raise refuse_graph(401, "InvalidAuthenticationToken")
        if self.tokens[token] == "client_credentials" and not self.app_may:
            raise refuse_graph(403, "ErrorAccessDenied")


def refuse_login(error, number, text, status=400):
    """Return a refusal as Entra words it."""
    body = {"error": error, "error_description": text, "error_codes": [number]}
    return Refusal(status, body)


def refuse_graph(status, code):
    """Return a refusal as Graph words it."""
    return Refusal(status, {"error": {"code": code, "message": code}})
