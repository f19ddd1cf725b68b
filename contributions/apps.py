from django.apps import AppConfig


class ContributionsConfig(AppConfig):
    name = "contributions"
    verbose_name = "Contributions"

    def ready(self) -> None:
        from contributions.queries.rates import currency_uses
        from contributions.services.figures import mark_moves, settle_figures
        from fx.services.followers import Follower, register_follower

        register_follower(Follower(settle=settle_figures, mark_moves=mark_moves, uses=currency_uses))
