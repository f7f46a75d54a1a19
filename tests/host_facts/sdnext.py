"""Part 2, B to F of the notes: SDNext's callbacks, LoRA files, page, versions and installers."""

from __future__ import annotations

from tests.host_facts import Fact, NotOurs, not_ours, seen_to

_CALLBACKS: tuple[Fact, ...] = (
    seen_to(
        "2.2:1",
        "everything is called on the main thread, before any model is loaded",
        "tests/hosts/test_sdnext.py::test_the_guest_is_called_on_the_main_thread",
        "tests/hosts/test_sdnext_model.py::test_looking_loads_nothing",
    ),
    seen_to(
        "2.2:2",
        "a tab is a Blocks, a title and an id; scripts in gr.HTML do not run",
        "tests/ui/test_tab.py::test_one_tab_with_five_inner_tabs_and_one_mount_in_each",
        "tests/ui/test_element_ids.py::test_the_page_looks_for_the_ids_that_the_tab_has",
        "tests/ui/test_mounts.py::test_a_mount_is_one_element_of_our_page_with_a_sentence_in_it",
    ),
    not_ours("2.2:3", "options in the host's settings", NotOurs.UNUSED, "settings lie on LoRA Manager's own page"),
    seen_to(
        "2.2:4",
        "routes and mounts can be added once the server is up, middleware cannot",
        "tests/test_extension.py::test_routes_are_under_every_prefix_of_the_host",
        "tests/test_host_rules.py::test_no_name_that_fails_in_one_of_the_hosts",
    ),
    not_ours(
        "2.2:5",
        "its own API takes routes of others, behind HTTP Basic",
        NotOurs.UNUSED,
        "LoRA Manager's routes are its own and the same in every host",
    ),
    seen_to(
        "2.2:5",
        "pictures and WebSockets cannot send Basic, but bring the cookie",
        "tests/contract/test_login.py::test_who_is_logged_in_gets_everything",
        "tests/api/test_every_route.py::test_the_websocket_opens_for_who_is_known",
    ),
    seen_to(
        "2.2:6",
        "hooks run on a worker or on the caller's own thread, with the queue's lock held",
        "tests/hosts/test_sdnext_recording.py::test_a_run_in_each_tab",
        "tests/hosts/test_sdnext_generate.py::test_many_at_once_take_turns",
    ),
    seen_to(
        "2.2:7",
        "the order of the hooks",
        "tests/hosts/test_sdnext_recording.py::test_a_run_in_each_tab",
        "tests/hosts/test_sdnext_recording.py::test_a_batch_of_eight_is_one_generation_with_eight_images",
    ),
    seen_to(
        "2.2:8",
        "the last callback comes after a failure and an interrupt too",
        "tests/hosts/test_sdnext_recording.py::test_a_failed_run_is_none",
        "tests/hosts/test_sdnext_recording.py::test_what_a_run_saved_before_it_failed_is_kept",
        "tests/hosts/test_sdnext_recording.py::test_an_interrupted_run",
    ),
    seen_to(
        "2.2:9",
        "what a run's object holds: prompts with tags, seeds, no name of the model",
        "tests/hosts/test_sdnext_run.py::test_the_settings_of_a_run",
        "tests/hosts/test_sdnext_run.py::test_settings_that_the_host_left_out",
        "tests/hosts/test_sdnext_recording.py::test_the_model_of_a_run_is_that_before_overrides_are_restored",
    ),
    seen_to(
        "2.2:10",
        "parsed LoRAs are there late, and those of the last prompt of a batch count",
        "tests/hosts/test_sdnext_run.py::test_each_batch_may_have_loras_of_its_own",
    ),
    seen_to(
        "2.2:11",
        "what was applied is right during and after a run, and that of the run before at its start",
        "tests/hosts/test_sdnext_networks.py::test_what_the_run_before_applied_is_not_taken_for_this_ones",
        "tests/hosts/test_sdnext_networks.py::test_weights_are_the_hosts_own",
        "tests/hosts/test_sdnext_networks.py::test_why_a_tag_had_no_effect",
    ),
    seen_to(
        "2.2:12",
        "infotexts hold weights only in the prompt",
        "tests/hosts/test_sdnext_generate.py::test_the_infotext_keeps_the_tags",
        "tests/services/test_generate.py::test_what_the_host_did_not_apply_is_no_use",
    ),
    seen_to(
        "2.2:13",
        "the name of a saved file is relative",
        "tests/hosts/test_sdnext_run.py::test_a_saved_file_is_absolute",
    ),
    not_ours(
        "2.2:14",
        "a callback for pasted parameters",
        NotOurs.UNUSED,
        "the page hears of every change of a prompt box by itself",
    ),
    not_ours("2.2:15", "extra networks of one's own", NotOurs.UNUSED, "the host's own `<lora:...>` does it"),
    seen_to(
        "2.2:16",
        "flags by preload.py work; metadata.ini is never read",
        "tests/hosts/test_sdnext.py::test_flags",
        "tests/test_host_files.py::test_flags_are_added_by_a_file_of_its_own",
    ),
    seen_to(
        "2.2:17",
        "generating on a thread of ours: under the lock, closed afterwards, with a runner of scripts for the infotext",
        "tests/hosts/test_sdnext_generate.py::test_the_hosts_description_of_the_run_is_closed",
        "tests/hosts/test_sdnext_generate.py::test_the_infotext_keeps_the_tags",
        "tests/contract/test_jobs.py::test_an_image_with_two_loras",
    ),
    seen_to(
        "2.2:18",
        "the lock can be taken once only; an interrupt leaves a half picture, and is forgotten at the next beginning",
        "tests/hosts/test_queue_turn.py::test_a_wait_given_up_leaves_no_lock_behind",
        "tests/hosts/test_queue_turn.py::test_a_wait_that_ends_as_it_is_given_up_releases_once",
        "tests/hosts/test_sdnext_generate.py::test_a_cancel_keeps_the_images_made_until_then",
        "tests/hosts/test_run_watcher.py::test_a_cancel_interrupts_until_the_run_ends_and_never_after",
        "tests/hosts/test_run_watcher.py::test_an_interrupt_under_way_is_waited_for",
        "tests/hosts/test_sdnext_generate.py::test_progress_is_counted_over_all_images_and_never_falls",
    ),
    not_ours("2.2:19", "its API for Control fails by a mistake of its own", NotOurs.THE_HOSTS_OWN, "it is not asked"),
)
_FILES: tuple[Fact, ...] = (
    seen_to(
        "2.3:1",
        "one folder, whose option is relative; its lists lie in a package of another name than elsewhere",
        "tests/hosts/test_sdnext.py::test_folders_are_absolute_though_the_hosts_are_not",
        "tests/hosts/test_detect.py::test_each_host_is_told_by_what_its_modules_hold",
        "tests/services/library/test_units.py::test_network_files_are_told_by_extension_in_any_case",
    ),
    seen_to(
        "2.3:2",
        "dots become underscores, both spellings resolve, the alias tells nothing",
        "tests/hosts/test_sdnext_networks.py::test_a_name_is_the_stem_without_dots",
        "tests/hosts/test_sdnext_networks.py::test_names_that_differ_by_a_dot_are_one_name",
        "tests/formats/test_lora_tags.py::test_sdnext_writes_dots_as_underscores",
    ),
    seen_to(
        "2.3:3",
        "names with a folder work only where the option is absolute, so none is written",
        "tests/hosts/test_sdnext_networks.py::test_a_name_is_the_stem_without_dots",
        "tests/contract/test_library.py::test_every_name_of_ours_is_one_that_the_host_resolves",
    ),
    seen_to(
        "2.3:4",
        "an absolute path works in a tag, unless it holds what ends a name, as on Windows",
        "tests/hosts/test_sdnext_networks.py::test_the_second_of_a_stem_goes_by_its_path_before_it_is_listed",
        "tests/hosts/test_sdnext_networks.py::test_a_path_that_would_spoil_the_tag_is_not_used",
    ),
    seen_to(
        "2.3:5",
        "what a tag may hold besides name and weight",
        "tests/formats/test_lora_tags.py::test_a_tag_is_read_as_the_hosts_read_it",
        "tests/formats/test_lora_tags.py::test_named_arguments_are_kept_as_typed",
    ),
    seen_to(
        "2.3:6",
        "an unknown name is an error in the log, and the picture is made",
        "tests/hosts/test_sdnext_generate.py::test_a_lora_that_is_not_there_fails_nothing",
    ),
    not_ours(
        "2.3:7",
        "its hash is that of the tensors and known late",
        NotOurs.UNUSED,
        "a LoRA is known by its file",
    ),
    seen_to(
        "2.3:8",
        "after files came or went it must list again",
        "tests/hosts/test_sdnext.py::test_refreshing_lists_the_folder_again",
        "tests/test_application.py::test_the_host_lists_its_folders_again_when_something_changed",
    ),
    not_ours(
        "2.3:9",
        "its API for LoRAs",
        NotOurs.UNUSED,
        "its lists are looked at in its own process",
    ),
    seen_to(
        "2.3:10",
        "one file name holds Civitai's record or AUTOMATIC1111's form, or both",
        "tests/formats/sidecars/test_civitai_model.py::test_the_keys_of_the_user_in_the_same_file_win",
        "tests/formats/sidecars/test_a1111.py::test_the_form_is_read_whole",
        "tests/services/library/test_describe.py::test_a_text_beside_a_file_is_its_description",
        "tests/formats/test_previews.py::test_the_best_picture_of_a_stem",
    ),
    seen_to(
        "2.3:10",
        "a record is to be merged into, never written over: none is written",
        "tests/api/test_nothing_is_written.py::test_a_lora_folder_stays_as_it_is_whatever_is_done",
    ),
    not_ours(
        "2.3:10",
        "previews may be TIFF and JPEG 2000",
        NotOurs.UNUSED,
        "no downloader writes such previews",
    ),
    seen_to(
        "2.3:11",
        "an option leaves weights of the text encoder out",
        "tests/hosts/test_sdnext_generate.py::test_a_separate_weight_for_the_text_encoder_that_the_host_leaves_out",
    ),
    seen_to(
        "2.3:12",
        "a folder for data: ours lies beside the models, absolute",
        "tests/db/test_location.py::test_the_state_lies_beside_the_models",
        "tests/db/test_location.py::test_a_path_from_here_becomes_absolute",
    ),
)
_PAGE: tuple[Fact, ...] = (
    seen_to(
        "2.4:1",
        "our script comes when the page is there, our style sheet at its end",
        "tests/web/host/loading.test.mjs::the page is found beside the host's files, whatever gradio calls them",
        "tests/test_host_files.py::test_the_style_sheet_is_about_our_own_elements",
    ),
    seen_to(
        "2.4:2",
        "what is on its window and what is not",
        "tests/web/host/insert.test.mjs::in a hidden box, and where the browser does not type, the host is told in its"
        " own way",
        "tests/web/host/insert.test.mjs::a host without a way of its own hears an input event",
        "tests/test_host_rules.py::test_nothing_in_the_page_that_is_wrong_in_one_of_the_hosts",
    ),
    seen_to(
        "2.4:3",
        "its Modern UI moves things about after it said that it is ready",
        "tests/web/host/prompt-boxes.test.mjs::a page that is still being built tells nothing; boxes that come late are"
        " found",
        "tests/web/host/prompt-boxes.test.mjs::a box that the host makes anew is followed",
    ),
    seen_to(
        "2.4:4",
        "the ids of its prompt boxes are the others', with more tabs",
        "tests/browser/test_in_hosts.py::test_two_loras_into_the_hosts_prompt_and_its_own_generate",
        "tests/web/host/prompt-boxes.test.mjs::the prompt is that of the tab the user works in, and of the last one"
        " while they are elsewhere",
    ),
    seen_to(
        "2.4:5",
        "how a script writes into a prompt box",
        "tests/web/host/insert.test.mjs::in a hidden box, and where the browser does not type, the host is told in its"
        " own way",
    ),
    seen_to(
        "2.4:6",
        "which tab is open: a bar in Standard, a rail in Modern",
        "tests/web/host/tabs.test.mjs::SDNext's rail goes before gradio's hidden bar; icons alone have the names we"
        " know",
        "tests/web/host/tabs.test.mjs::a tab is the button at the place of its panel, whatever it is called",
    ),
    seen_to(
        "2.4:7",
        "its rail shows two letters of our id and the whole of it, not our title",
        "tests/ui/test_element_ids.py::test_the_first_letters_and_the_whole_of_it_read_well_where_a_host_shows_them",
        "tests/web/host/tabs.test.mjs::the two letters of the rail get our whole name, once the rail is there",
    ),
    seen_to(
        "2.4:8",
        "in a page of another kind only routes of ours remain: the page at an address of its own",
        "tests/api/test_app.py::test_the_address_alone_leads_to_the_page",
        "tests/api/test_app.py::test_a_host_gets_our_routes_beside_its_own",
    ),
    not_ours("2.4:9", "its Standard UI is to be removed one day", NotOurs.THE_HOSTS_OWN, "the tab stands in both"),
)
_VERSIONS: tuple[Fact, ...] = (
    seen_to(
        "2.5:1",
        "what it brings, and what it does not",
        "tests/tools/test_dev_checks.py::test_a_hosts_lane_has_what_the_host_brings",
        "tests/test_extension.py::test_a_missing_package_is_said_with_its_remedy",
    ),
    not_ours(
        "2.5:2",
        "it forgets some imported packages before a restart",
        NotOurs.THE_HOSTS_OWN,
        "the process image is a new one after it",
    ),
)
_INSTALL: tuple[Fact, ...] = (
    seen_to(
        "2.6:1",
        "how install.py is run, and that its failure ends nothing",
        "tests/test_install.py::test_whatever_goes_wrong_is_one_line",
        "tests/test_install.py::test_the_hosts_modules_are_never_imported_and_no_folder_is_littered",
    ),
    seen_to(
        "2.6:2",
        "when it is not run at all",
        "tests/test_extension.py::test_a_missing_package_is_said_with_its_remedy",
    ),
    seen_to(
        "2.6:3",
        "so nothing may rely on it",
        "tests/test_extension.py::test_a_missing_package_is_said_with_its_remedy",
        "tests/test_extension.py::test_a_tab_that_cannot_be_built_does_not_stop_the_host",
        "tests/test_extension.py::test_a_package_of_another_version_is_said_and_no_restart_is_promised",
    ),
    seen_to(
        "2.6:4",
        "its own pins are put back afterwards: none may be moved",
        "tests/test_install.py::test_what_would_move_a_package_is_refused_in_one_line",
        "tests/test_package_install.py::test_what_would_move_a_package_is_not_added_and_is_said",
    ),
    seen_to(
        "2.6:5",
        "SQLAlchemy can be added alone",
        "tests/test_install.py::test_a_package_is_installed_and_nothing_else_moves",
        "tests/test_package_install.py::test_a_package_is_added_with_what_it_asks_for_and_nothing_moves",
    ),
    seen_to(
        "2.6:6",
        "sentence-transformers cannot",
        "tests/test_optional_packages.py::test_the_encoder_never_brings_torch_or_transformers_whatever_it_asks_for",
    ),
    seen_to(
        "2.6:7",
        "but without its dependencies, with scikit-learn beside it",
        "tests/test_optional_packages.py::test_the_plan_is_followed_and_nothing_moves",
        "tests/test_package_install.py::test_alone_a_package_comes_without_what_it_asks_for",
    ),
    seen_to(
        "2.6:8",
        "its own way to install reads a lower bound as a pin: pip is run by us",
        "tests/test_host_rules.py::test_no_name_that_fails_in_one_of_the_hosts",
        "tests/test_host_rules.py::test_what_hosts_load_first_imports_nothing_of_theirs",
    ),
    seen_to(
        "2.6:9",
        "which sentence-transformers fits which transformers",
        "tests/test_optional_packages.py::test_the_encoder_is_of_the_versions_that_go_with_transformers",
    ),
    seen_to(
        "2.6:10",
        "which of AUTOMATIC1111's modules it has",
        "tests/hosts/test_detect.py::test_each_host_is_told_by_what_its_modules_hold",
        "tests/hosts/test_detect.py::test_a_file_of_that_name_in_another_folder_does_not_make_it_sdnext",
    ),
)
FACTS = (*_CALLBACKS, *_FILES, *_PAGE, *_VERSIONS, *_INSTALL)
