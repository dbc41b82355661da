"""The blueprint that every console page hangs on."""

from flask import Blueprint

blp = Blueprint("console", __name__, template_folder="templates")
