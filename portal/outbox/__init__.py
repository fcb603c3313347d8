"""The outbox: mail, webhooks and long work as rows that commit together with the work that asks for them."""
