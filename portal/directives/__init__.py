"""The ledger of directives: what leaders asked for, of whom, until when, and what came of it."""
