"""The office's modules: their routes hang on the console's blueprint by being imported."""

from server.console.admin import (
    answers,
    apidocs,
    audit,
    backchecks,
    checks,
    devices,
    disputes,
    drafting,
    formpapers,
    forms,
    health,
    hours,
    jobs,
    nights,
    sections,
    settling,
    staff,
    trying,
)

ROOMS = (
    sections, devices, health, hours, staff, disputes, settling, jobs, nights, forms, drafting,
    formpapers, trying, answers, checks, backchecks, audit, apidocs,
)  # fmt: skip
