"""Addresses of contracts, below /w/<slug>/."""

from django.urls import path

from contracts.views import checking, confirming, drafting, formulas, schedule, standin

urlpatterns = [
    path("contracts/", standin.contracts, name="contracts"),
    path("contracts/<int:pk>/", standin.contract, name="contract"),
    path("contracts/add/", drafting.contract_add, name="contract_add"),
    path("contracts/<int:pk>/draft/", drafting.contract_draft, name="contract_draft"),
    path("contracts/<int:pk>/confirm/", confirming.contract_confirm, name="contract_confirm"),
    path("contracts/<int:pk>/schedule/", schedule.contract_schedule, name="contract_schedule"),
    path("contracts/<int:pk>/revenue/", schedule.contract_revenue, name="contract_revenue"),
    path("contracts/schedule/check/", checking.schedule_check, name="schedule_check"),
    path("contracts/schedule/customise/", drafting.schedule_customise, name="schedule_customise"),
    path("formulas/", formulas.formulas, name="formulas"),
    path("formulas/add/", formulas.formula_add, name="formula_add"),
    path("formulas/<int:pk>/edit/", formulas.formula_edit, name="formula_edit"),
    path("formulas/<int:pk>/copy/", formulas.formula_copy, name="formula_copy"),
    path("formulas/<int:pk>/archive/", formulas.formula_archive, name="formula_archive"),
    path("formulas/<int:pk>/restore/", formulas.formula_restore, name="formula_restore"),
]
