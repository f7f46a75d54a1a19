"""The tables of the catalogue. What a user adds is never deleted by itself; sources can be read again at any time.

Times are ISO 8601 text in UTC with milliseconds and a Z: they sort, read well in any tool and need no conversion.
File times are integers in nanoseconds, sizes are bytes.
"""

from lora_manager.db.tables.base import Base
from lora_manager.db.tables.changes import (
    Change,
    ChangeSet,
    FileOperation,
    FormerName,
    KeptContent,
    Trash,
    UserEdit,
)
from lora_manager.db.tables.learning import (
    AdapterDigest,
    Event,
    Preference,
    RecommendationSession,
    RecommendationShown,
    Vector,
)
from lora_manager.db.tables.library import (
    Adapter,
    AdapterTag,
    NetworkFile,
    Problem,
    Root,
    ScannedFolder,
    Setting,
    Sidecar,
    StaleText,
    State,
    Tag,
    TriggerWord,
)
from lora_manager.db.tables.runs import (
    AccessToken,
    Generation,
    Image,
    Job,
    SavedFilter,
    Use,
)

__all__ = [
    "AccessToken",
    "Adapter",
    "AdapterDigest",
    "AdapterTag",
    "Base",
    "Change",
    "ChangeSet",
    "Event",
    "FileOperation",
    "FormerName",
    "Generation",
    "Image",
    "Job",
    "KeptContent",
    "NetworkFile",
    "Preference",
    "Problem",
    "RecommendationSession",
    "RecommendationShown",
    "Root",
    "SavedFilter",
    "ScannedFolder",
    "Setting",
    "Sidecar",
    "StaleText",
    "State",
    "Tag",
    "Trash",
    "TriggerWord",
    "Use",
    "UserEdit",
    "Vector",
]
