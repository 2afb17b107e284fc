# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from werkzeug.exceptions import abort

from odoo.http import request


def refuse_call(error):
    """Answer 429 in the words of JSON-RPC: the payment form shows what is said.

    :param error: ``TooManyRequests``
    """
    result = {"state": "error", "state_message": error.args[0]}
    answer = {"jsonrpc": "2.0", "id": request.dispatcher.request_id, "result": result}
    headers = {"Retry-After": str(error.context["retry_after"])}
    abort(request.make_json_response(answer, headers=headers, status=429))
