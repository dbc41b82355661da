"""The office's pages: phones, people, forms, checks, work, conflicts, the log of acts."""
