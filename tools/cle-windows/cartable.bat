@echo off
rem La commande cartable, dans un terminal. Par exemple : cartable portrait 200070035 -o portrait.html
"%~dp0windows\python\python.exe" "%~dp0windows\ouvrir.py" --commande %*
