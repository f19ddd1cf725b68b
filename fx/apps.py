from django.apps import AppConfig


class FxConfig(AppConfig):
    name = "fx"
    verbose_name = "Exchange rates"

    def ready(self) -> None:
        from fx.services.followers import follow_change
        from workspaces.services.settings import register_rates_follower

        register_rates_follower(follow_change)
