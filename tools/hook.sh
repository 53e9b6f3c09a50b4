#!/bin/sh
# Lance un module Python de l'environnement de Cartable, où que ce système l'ait rangé (git apporte « sh » à Windows).
for python in .venv/bin/python .venv/Scripts/python.exe; do
  [ -x "$python" ] && exec "$python" -m "$@"
done
echo "L'environnement n'est pas encore là : lancez « make test » (sous Windows : « py tasks.py test »)." >&2
exit 1
