from django.apps import AppConfig


class TransactionsConfig(AppConfig):
    name = "transactions"
    verbose_name = "Transactions"

    def ready(self) -> None:
        from transactions import wording
        from transactions.services.catalog_values import held_by_values
        from workspaces.services.settings import register_holder

        register_holder(held_by_values)
        wording.install()
