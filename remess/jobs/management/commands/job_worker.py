from remess.jobs.worker import JobWorker
from remess.shared.commands import OneSentenceCommand


class Command(OneSentenceCommand):
    help = "Fait les tâches de fond ; le serveur (gunicorn) en lance un lui-même."

    def add_arguments(self, parser):
        parser.add_argument(
            "--until-empty", action="store_true", help="s'arrêter quand plus aucune tâche n'attend"
        )
        parser.add_argument("--parent", type=int, help="s'arrêter avec ce processus")

    def handle(self, *, until_empty, parent, **options):
        worker = JobWorker(until_empty=until_empty, parent=parent)
        worker.configure_signals()
        worker.run()
