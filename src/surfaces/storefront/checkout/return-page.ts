/** Says only what is certain: the payer is back. The outcome is read by the shop, from GET /payment/{id}. */
export const RETURN_PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="data:,">
<title>Thank you</title>
</head>
<body>
<main>
<h1>You are back from your bank</h1>
<p>You can close this page and return to the shop, which shows whether the payment went through.</p>
</main>
</body>
</html>
`;
