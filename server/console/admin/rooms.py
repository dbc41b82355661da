"""The office's modules: their routes hang on the console's blueprint by being imported."""

from server.console.admin import (
    apidocs,
    audit,
    checks,
    devices,
    disputes,
    forms,
    health,
    hours,
    jobs,
    sections,
    settling,
    staff,
)

ROOMS = (
    sections, devices, health, hours, staff, disputes, settling, jobs, forms, checks, audit,
    apidocs,
)  # fmt: skip
