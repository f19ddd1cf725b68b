"""Every tag and filter of ours, known to each template without {% load %} (a builtin in settings)."""

from django import template

from kamtrak.templatetags import chips, fields, figures, icons, lists, page, quick, tiles

register = template.Library()

for subject in (icons, figures, tiles, fields, lists, chips, page, quick):
    register.tags.update(subject.register.tags)
    register.filters.update(subject.register.filters)
