from django import template

from remess.registers.models import SetAside

register = template.Library()


@register.simple_tag
def rows_to_decide(user):
    """How many imported rows wait for the team to say who they are; 0 for anybody else."""
    if not user.has_perm("registers.decide"):
        return 0
    return SetAside.objects.visible_to(user).waiting().count()
