"""The HTTP API and the page's files, as FastAPI routers that any FastAPI app can include."""
