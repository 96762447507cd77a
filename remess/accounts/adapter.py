from allauth.account.adapter import DefaultAccountAdapter


class ClosedSignupAdapter(DefaultAccountAdapter):
    """Accounts are made by an administrator, under Paramètres; nobody signs up."""

    def is_open_for_signup(self, request):
        return False
