"""The samplers of the standalone engine: the names that AUTOMATIC1111's users know -> diffusers' schedulers.

Only what works without packages beyond diffusers (LMS needs scipy, the SDE samplers other than 2M need torchsde).
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Sampler:
    """A scheduler class of diffusers, by name, and what to change in the model's own scheduler configuration."""

    scheduler: str
    options: dict[str, object] = field(default_factory=dict)


_KARRAS: dict[str, object] = {"use_karras_sigmas": True}
_SDE: dict[str, object] = {"algorithm_type": "sde-dpmsolver++"}

SAMPLERS: dict[str, Sampler] = {
    "Euler a": Sampler("EulerAncestralDiscreteScheduler"),
    "Euler": Sampler("EulerDiscreteScheduler"),
    "DPM++ 2M": Sampler("DPMSolverMultistepScheduler"),
    "DPM++ 2M Karras": Sampler("DPMSolverMultistepScheduler", _KARRAS),
    "DPM++ 2M SDE": Sampler("DPMSolverMultistepScheduler", _SDE),
    "DPM++ 2M SDE Karras": Sampler("DPMSolverMultistepScheduler", {**_SDE, **_KARRAS}),
    "DDIM": Sampler("DDIMScheduler"),
    "UniPC": Sampler("UniPCMultistepScheduler"),
    "Heun": Sampler("HeunDiscreteScheduler"),
    "DPM2": Sampler("KDPM2DiscreteScheduler"),
    "DPM2 a": Sampler("KDPM2AncestralDiscreteScheduler"),
    "PLMS": Sampler("PNDMScheduler", {"skip_prk_steps": True}),
    "LCM": Sampler("LCMScheduler"),
}
"""The default first."""

FLOW_SAMPLERS = ("Euler",)
"""Models trained by flow matching (Flux, SD 3) bring their one scheduler along and are left with it."""
