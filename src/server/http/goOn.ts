/**
 * A page that goes on by itself. After a redirect from another site a browser still counts the next address as asked for by
 * that site and leaves the session's cookie (SameSite=Strict) at home; what a page of our own goes on to is ours. It needs
 * no script, and the address with the provider's code does not stay in the history.
 */
export function goOnTo(path: string, status = 200): Response {
  const to = path.replace(/[&<>"']/g, (one) => `&#${one.charCodeAt(0)};`);
  const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<meta http-equiv="refresh" content="0;url=${to}">
<title>Idiograph</title>
</head>
<body><p><a href="${to}">Idiograph</a></p></body>
</html>
`;
  return new Response(page, { status, headers: { 'content-type': 'text/html; charset=utf-8' } });
}
