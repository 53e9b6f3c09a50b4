@echo off
rem Ouvre Cartable avec le Python de la cle : rien a installer avant, aucun droit d administrateur.
rem pushd donne une lettre de lecteur au dossier quand il est sur un reseau.
pushd "%~dp0"
if exist "windows\python\python.exe" goto pret
echo Ce dossier n est pas entier. Decompressez toute l archive, puis recommencez.
pause
exit /b 1
:pret
"windows\python\python.exe" "windows\ouvrir.py" %*
if errorlevel 1 pause
popd
