from django.apps import AppConfig


class ContractsConfig(AppConfig):
    name = "contracts"
    verbose_name = "Contracts"

    def ready(self) -> None:
        from contracts import wording
        from contracts.queries.uses import client_uses
        from contracts.services.holds import follow_currency, held_by_contracts
        from contracts.services.rates import currency_uses, follow_rates, settle_rates
        from fx.services.followers import Follower, register_follower
        from workspaces.queries.clients import register_client_uses
        from workspaces.services.settings import register_currency_follower, register_holder

        register_holder(held_by_contracts)
        register_currency_follower(follow_currency)
        register_follower(Follower(settle=settle_rates, mark_moves=follow_rates, uses=currency_uses))
        register_client_uses(client_uses)
        wording.install()
