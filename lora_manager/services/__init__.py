"""What LoRA Manager does: the library, finding, composing, generating, recording, analytics."""
