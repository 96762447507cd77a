from django.utils import translation


class UserLanguageMiddleware:
    """Speaks the language of the signed-in person; French before that."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.path == "/sante/":  # answers 503 while the database, and so the user, is away
            return self.get_response(request)
        language = getattr(request.user, "language", "fr")
        with translation.override(language):
            request.LANGUAGE_CODE = language
            return self.get_response(request)
