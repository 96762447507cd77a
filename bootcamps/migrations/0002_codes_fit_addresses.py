from django.db import migrations, models

RULE = models.Q(("code__regex", "^[A-Z0-9][A-Z0-9-]{0,19}$"))
MESSAGE = "Un code tient en 20 lettres capitales, chiffres ou tirets, sans accent ni espace."


class Migration(migrations.Migration):
    dependencies = [("bootcamps", "0001_initial")]

    operations = [
        migrations.AddConstraint(
            model_name="bootcamp",
            constraint=models.CheckConstraint(
                condition=RULE,
                name="bootcamp_code_fits_addresses",
                violation_error_message=MESSAGE,
            ),
        ),
        migrations.AddConstraint(
            model_name="course",
            constraint=models.CheckConstraint(
                condition=RULE,
                name="course_code_fits_addresses",
                violation_error_message=MESSAGE,
            ),
        ),
    ]
