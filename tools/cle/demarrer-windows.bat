@echo off
rem Ouvre le livre. Avec Python, les notebooks se rejouent ; sans lui, le livre se lit depuis la cle.
cd /d "%~dp0"
where py >nul 2>nul && (py demarrer.py & exit /b)
where python >nul 2>nul && (python demarrer.py & exit /b)
start "" "livre\index.html"
