"""Call-backs: what bodies tell by themselves, when it has been done."""
