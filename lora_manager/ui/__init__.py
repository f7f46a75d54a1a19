"""The tab in a host's page. The only package that imports gradio."""
