// undici puts itself behind the platform's fetch where nothing has used that before it: tests of fetch are about the platform's.
void new Headers();
