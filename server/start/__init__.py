"""How a phone comes in: the start page, the certificate, joining, the form app itself."""
