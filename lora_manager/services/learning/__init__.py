"""Learning what a user likes: events, the preferences made of them, and what both say of an adapter."""
