"""LoRA Manager: knows every LoRA on the disk, finds it, puts it into the prompt, generates, records, learns."""

__version__ = "0.6.0"
