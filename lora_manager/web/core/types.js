/**
 * The shapes of the HTTP API, as the type checker sees them. No code.
 *
 * @typedef {'present'|'incomplete'|'missing'} FileState
 *
 * @typedef {object} Card One adapter in a list.
 * @property {number} id
 * @property {string} name
 * @property {string} version
 * @property {string} author
 * @property {string} base_model
 * @property {string} family
 * @property {string} tag_name
 * @property {string} file_name
 * @property {string} relative_path
 * @property {string} folder
 * @property {number|null} root_id
 * @property {FileState} state
 * @property {string[][]} trigger_groups
 * @property {number} default_group
 * @property {number} weight
 * @property {string} weight_source
 * @property {number} uses
 * @property {string|null} last_used_at
 * @property {boolean} favourite
 * @property {number|null} rating
 * @property {string} archetype
 * @property {number|string|null} nsfw_level
 * @property {number|null} size
 * @property {boolean} active
 * @property {string|null} preview
 * @property {string|null} [hidden_by] the file the host reads by the name that both have
 * @property {number|null} [score]
 *
 * @typedef {object} AdapterFile
 * @property {string} path
 * @property {string} root
 * @property {string} relative_path
 * @property {number} size
 * @property {string|number|null} mtime
 * @property {string|null} sha256
 * @property {string} sha256_state
 * @property {FileState} state
 * @property {string|null} download_url
 *
 * @typedef {object} Sidecar
 * @property {string} path
 * @property {string} format
 * @property {number} size
 * @property {string|number|null} mtime
 * @property {string|null} last_read_at
 * @property {string|null} problem
 *
 * @typedef {object} RecentUse
 * @property {number} generation_id
 * @property {number|null} image_id
 * @property {string} created_at
 * @property {number} weight
 *
 * @typedef {object} DetailFields
 * @property {string} canonical_version_name
 * @property {string} description_html
 * @property {string} author_username
 * @property {string|null} published_at
 * @property {string} visibility
 * @property {string[]} tags
 * @property {string[]} trained_words
 * @property {string|null} activation_text
 * @property {string|null} negative_text
 * @property {string|null} notes
 * @property {number|null} ordinal
 * @property {boolean|null} supports_generation
 * @property {string} sd_version
 * @property {Record<string, unknown>} stats
 * @property {Record<string, unknown>} extra
 * @property {Record<string, string>} sources
 * @property {string[]} edited
 * @property {string} algorithm
 * @property {number|null} rank
 * @property {number|null} alpha
 * @property {string|null} model_url
 * @property {AdapterFile[]} files
 * @property {Sidecar[]} sidecars
 * @property {RecentUse[]} recent
 *
 * @typedef {Card & DetailFields} Detail
 *
 * @typedef {object} CardPage
 * @property {number} total
 * @property {number} library_total
 * @property {number} revision
 * @property {Card[]} items
 *
 * @typedef {{value: string, count: number}} FacetValue
 *
 * @typedef {object} Facets
 * @property {number} revision
 * @property {FacetValue[]} base_models
 * @property {FacetValue[]} tags
 * @property {FacetValue[]} folders
 * @property {number} favourites
 * @property {number} missing
 * @property {number} incomplete
 *
 * @typedef {object} ComposedAdapter
 * @property {number|null} id
 * @property {string} name
 * @property {string} tag_name
 * @property {number} weight
 * @property {boolean} known
 * @property {string|null} [preview]
 *
 * @typedef {object} Composed
 * @property {string} prompt
 * @property {number[]} added
 * @property {number[]} removed
 * @property {ComposedAdapter[]} adapters
 *
 * @typedef {{id: number, weight?: number, triggers?: string[]}} ToAdd
 *
 * @typedef {Card & {score: number, matched: string[], reason: string}} Suggestion
 * @typedef {{items: Suggestion[], reason: string}} Suggestions
 *
 * @typedef {'queued'|'running'|'done'|'failed'|'cancelled'|'interrupted'} JobState
 *
 * @typedef {object} Job
 * @property {number|string} id
 * @property {'scan'|'generate'|'install'} kind
 * @property {JobState} state
 * @property {number} done
 * @property {number} total
 * @property {string} message
 * @property {number|null} eta_seconds
 * @property {string} created_at
 * @property {string|null} started_at
 * @property {string|null} finished_at
 * @property {string|null} error "" or null while nothing went wrong
 * @property {any} result
 * @property {string|null} [user_name] whose it is, where there are logins
 *
 * @typedef {object} ScanResult
 * @property {number} found
 * @property {number} added
 * @property {number} updated
 * @property {number} unchanged
 * @property {number} removed
 * @property {number} problems
 * @property {number} seconds
 * @property {number} files_per_second
 * @property {string[]} roots_offline
 *
 * @typedef {{id: number, seed: number, width: number, height: number}} ImageRef
 *
 * @typedef {object} GenerateResult
 * @property {number|null} generation_id
 * @property {ImageRef[]} images
 * @property {{tag_name: string, id: number|null, name: string, weight: number}[]} applied
 * @property {{tag_name: string, reason: string}[]} refused
 * @property {string} infotext
 * @property {number} seconds
 * @property {boolean} interrupted
 * @property {string[]} notes
 *
 * @typedef {object} GenerateRequest
 * @property {string} prompt
 * @property {string} negative_prompt
 * @property {number} width
 * @property {number} height
 * @property {number} steps
 * @property {number} cfg_scale
 * @property {number} seed
 * @property {string} sampler
 * @property {number} batch_size
 *
 * @typedef {object} Use
 * @property {number|null} id
 * @property {string} tag_name
 * @property {string} name
 * @property {number} te_weight
 * @property {number} unet_weight
 *
 * @typedef {object} Generation
 * @property {number} id
 * @property {string} created_at
 * @property {string} prompt
 * @property {string} negative_prompt
 * @property {string} model
 * @property {number} width
 * @property {number} height
 * @property {number} steps
 * @property {number} cfg_scale
 * @property {string} sampler
 * @property {number} seed
 * @property {number|null} seconds
 * @property {boolean} interrupted
 * @property {string} host
 * @property {ImageRef[]} images
 * @property {Use[]} uses
 * @property {string} [infotext]
 * @property {string|null} [user_name]
 * @property {{tag_name: string, reason: string}[]} [refused]
 *
 * @typedef {object} Analytics
 * @property {number} days
 * @property {{adapters: number, used: number, never_used: number, generations: number, images: number,
 *   uses: number, seconds: number}} tiles
 * @property {{day: string, generations: number, images: number, uses: number}[]} over_time
 * @property {{id: number, name: string, uses: number, weight: number|null, preview: string|null,
 *   base_model: string}[]} top
 * @property {{base_model: string, adapters: number, uses: number}[]} by_base_model
 *
 * @typedef {object} Root
 * @property {number} id
 * @property {string} path
 * @property {boolean} online
 * @property {number} files
 * @property {number} missing
 * @property {number} incomplete
 * @property {string|null} last_scan_at
 *
 * @typedef {object} Access Who may do what here.
 * @property {boolean} login whether the web UI asks for one
 * @property {string|null} user_name
 * @property {boolean} may_change_settings
 * @property {string} reason why not, "" otherwise
 *
 * @typedef {{id: number, name: string, created_at: string, last_used_at: string|null}} Token
 *
 * @typedef {object} Package One that makes something better and is not needed.
 * @property {string} name
 * @property {'installed'|'missing'|'unfit'|'installing'} state
 * @property {string|null} version
 * @property {string} what it is for
 * @property {string} plan what installing it would do
 * @property {boolean} can_install
 * @property {string} reason why not, "" otherwise
 *
 * @typedef {object} Library
 * @property {Root[]} roots
 * @property {{adapters: number, files: number, problems: number, tags: number}} totals
 * @property {{path: string, bytes: number}} database
 * @property {string} data_dir
 * @property {string} output_dir
 * @property {{name: string, version: string}} host
 * @property {boolean} demo
 * @property {string} version
 * @property {Access} access
 *
 * @typedef {object} Problem
 * @property {number} id
 * @property {string} path
 * @property {string} kind
 * @property {string} message
 * @property {string} first_seen
 * @property {string} last_seen
 *
 * @typedef {{total: number, items: Generation[]}} GenerationPage
 * @typedef {{total: number, items: Problem[]}} ProblemPage
 * @typedef {{items: Token[]}} TokenList
 * @typedef {{items: Package[]}} PackageList
 *
 * @typedef {object} HostInfo
 * @property {string} name
 * @property {string} version
 * @property {'idle'|'busy'} state
 * @property {{name: string, path: string, family: string, note: string}|null} model
 * @property {string[]} samplers
 * @property {{width: number, height: number, size_step: number, steps: number, cfg_scale: number,
 *   sampler: string}} defaults
 * @property {string} cannot_generate
 *
 * @typedef {{status: string, version: string, web_version: string, database: string}} Health
 */

export {};
