"""Parts 0 and 1 of the notes: the versions, and how the web UIs differ at a glance."""

from __future__ import annotations

from tests.host_facts import Fact, NotOurs, not_ours, seen_to

FACTS: tuple[Fact, ...] = (
    not_ours("0.0:1", "what was run and what only read", NotOurs.NOTES, "a legend"),
    seen_to(
        "0.0:2",
        "the five versions",
        "tests/hosts/test_sdnext.py::test_name_and_version",
        "tests/hosts/test_a1111.py::test_versions",
        "tests/hosts/test_a1111.py::test_the_version_of_forge",
        "tests/hosts/test_a1111.py::test_each_host_is_known_by_what_it_can_do",
    ),
    not_ours("0.0:3", "how places in the hosts' sources are written", NotOurs.NOTES, "a legend"),
    seen_to(
        "1.0:1",
        "each brings its own gradio, pydantic and FastAPI, two generations of each",
        "tests/tools/test_dev_checks.py::test_a_hosts_lane_has_what_the_host_brings",
        "tests/tools/test_dev_checks.py::test_a_hosts_lane_tests_what_the_packages_matter_to",
    ),
    seen_to(
        "1.0:2",
        "numpy 1 or 2, and transformers of very different ages",
        "tests/tools/test_dev_checks.py::test_a_hosts_lane_has_what_the_host_brings",
        "tests/test_optional_packages.py::test_the_encoder_is_of_the_versions_that_go_with_transformers",
    ),
    seen_to(
        "1.0:3",
        "Python from 3.10 on",
        "tests/test_architecture.py::test_nothing_that_python_3_10_lacks",
        "tests/tools/test_dev_env.py::test_pins_of_another_python_are_filled_by_one_on_path",
        "tests/test_install.py::test_the_oldest_python_reads_the_requirements_too",
    ),
    seen_to(
        "1.0:4",
        "SDNext's users work in Control, the others' in txt2img",
        "tests/browser/test_in_hosts.py::test_two_loras_into_the_hosts_prompt_and_its_own_generate",
        "tests/web/host/prompt-boxes.test.mjs::the prompt is that of the tab the user works in, and of the last one"
        " while they are elsewhere",
    ),
    seen_to(
        "1.0:5",
        "Control runs no scripts of extensions",
        "tests/hosts/test_sdnext_recording.py::test_a_run_in_each_tab",
        "tests/hosts/test_sdnext.py::test_a_script_file_is_loaded_as_the_host_does",
    ),
    seen_to(
        "1.0:6",
        "what is called in every run: SDNext's callbacks, the others' script hooks",
        "tests/hosts/test_sdnext_recording.py::test_a_run_in_each_tab",
        "tests/hosts/test_a1111_recording.py::test_a_run_of_the_user_is_told_once_with_what_was_applied",
        "tests/contract/test_recording.py::test_a_run_of_the_user_is_recorded_once",
    ),
    seen_to(
        "1.0:7",
        "tab and routes are asked for on the main thread, in Forge and kin on another",
        "tests/hosts/test_sdnext.py::test_the_guest_is_called_on_the_main_thread",
        "tests/hosts/test_a1111.py::test_the_guest_is_called_where_the_host_calls",
    ),
    seen_to(
        "1.0:8",
        "images are made on a worker, in Forge and kin on the main thread",
        "tests/hosts/test_a1111_main_thread.py::test_forge_makes_images_on_its_main_thread",
        "tests/hosts/test_a1111_main_thread.py::test_others_on_the_thread_that_asks",
    ),
    seen_to(
        "1.0:9",
        "not every host takes a name with a callback",
        "tests/hosts/test_a1111_callbacks.py::test_classic_takes_neither_file_nor_name",
        "tests/hosts/test_sdnext.py::test_the_guest_is_called_on_the_main_thread",
    ),
    seen_to(
        "1.0:10",
        "what was parsed of a prompt has another name in SDNext",
        "tests/hosts/test_a1111_networks.py::test_weights_are_those_the_host_used",
        "tests/hosts/test_sdnext_networks.py::test_weights_are_the_hosts_own",
    ),
    seen_to(
        "1.0:11",
        "what was applied: with multipliers in two hosts, without in the rest",
        "tests/hosts/test_a1111_networks.py::test_weights_are_those_the_host_used",
        "tests/hosts/test_sdnext_networks.py::test_weights_are_the_hosts_own",
    ),
    seen_to(
        "1.0:12",
        "infotexts name LoRAs in two ways: uses are never read from them",
        "tests/services/test_generate.py::test_what_the_host_did_not_apply_is_no_use",
        "tests/hosts/test_sdnext_generate.py::test_the_infotext_keeps_the_tags",
        "tests/formats/test_infotext.py::test_lora_hashes_are_read_and_written",
    ),
    not_ours(
        "1.0:13",
        "the hash in an infotext is of three kinds",
        NotOurs.UNUSED,
        "a LoRA is known by the file that the host says it loaded, never by a hash in an infotext",
    ),
    seen_to(
        "1.0:14",
        "a name that the host does not know is skipped by two hosts and costs all LoRAs in the rest",
        "tests/hosts/test_a1111_networks.py::test_an_unknown_one_is_skipped_by_automatic1111",
        "tests/hosts/test_a1111_networks.py::test_an_unknown_one_takes_all_others_with_it_on_forge",
        "tests/hosts/test_sdnext_networks.py::test_one_unknown_name_takes_nothing_from_the_others",
        "tests/contract/test_recording.py::test_a_lora_that_the_host_does_not_know",
    ),
    seen_to(
        "1.0:15",
        "the tag holds the stem; SDNext writes its dots as underscores",
        "tests/hosts/test_sdnext_networks.py::test_a_name_is_the_stem_without_dots",
        "tests/hosts/test_sdnext_networks.py::test_a_tag_in_either_spelling",
        "tests/hosts/test_a1111.py::test_a_tag_is_named_by_the_stem_only",
        "tests/contract/test_library.py::test_every_name_of_ours_is_one_that_the_host_resolves",
    ),
    seen_to(
        "1.0:16",
        "of two files of one name a host reaches one; SDNext the other by its path",
        "tests/hosts/test_sdnext_networks.py::test_of_two_files_of_one_name_the_unlisted_one_goes_by_its_path",
        "tests/hosts/test_a1111_networks.py::test_of_two_files_of_one_name_the_host_reaches_the_last",
        "tests/services/test_tag_names.py::test_a_file_behind_another_of_its_name_says_which",
    ),
    seen_to(
        "1.0:17",
        "when a host starts its model is absent, loading, loaded or a stand-in",
        "tests/hosts/test_sdnext_model.py::test_looking_loads_nothing",
        "tests/hosts/test_a1111_model.py::test_before_the_first_image_the_selected_one_is_named_and_nothing_is_loaded",
        "tests/hosts/test_a1111_generate.py::test_a_model_that_the_host_is_just_loading_is_waited_for",
    ),
    seen_to(
        "1.0:18",
        "SDNext's data folder is an empty text, so it is not asked for",
        "tests/test_host_rules.py::test_no_name_that_fails_in_one_of_the_hosts",
        "tests/hosts/test_sdnext.py::test_folders_are_absolute_though_the_hosts_are_not",
    ),
    seen_to(
        "1.0:19",
        "LoRA folders: relative in SDNext; LyCORIS beside it in two hosts",
        "tests/hosts/test_sdnext.py::test_folders_are_absolute_though_the_hosts_are_not",
        "tests/hosts/test_a1111_networks.py::test_lycoris_is_a_root_where_the_host_lists_it",
        "tests/hosts/test_a1111_networks.py::test_a_relative_folder_becomes_absolute",
        "tests/contract/test_library.py::test_the_hosts_folders_are_scanned",
    ),
    seen_to(
        "1.0:20",
        "metadata.ini is read by all but SDNext: nothing may depend on it",
        "tests/test_host_files.py::test_metadata_asks_for_no_other_extension",
    ),
    seen_to(
        "1.0:21",
        "install.py runs in the extension's folder or in the host's",
        "tests/test_install.py::test_the_hosts_modules_are_never_imported_and_no_folder_is_littered",
    ),
    seen_to(
        "1.0:22",
        "a job is begun and ended in two ways",
        "tests/hosts/test_sdnext_generate.py::test_an_image",
        "tests/hosts/test_sdnext_generate.py::test_a_failure_is_told_and_leaves_nothing_behind",
        "tests/hosts/test_a1111_generate.py::test_an_error_in_the_host_is_told_and_leaves_it_clean",
    ),
    seen_to(
        "1.0:23",
        "the login's cookie has two names, and in gradio 4 an id of the page's behind them",
        "tests/hosts/test_gradio_login.py::test_the_cookie_says_who_it_is",
    ),
    seen_to(
        "1.0:24",
        "gradio's colours are on the page, in SDNext's Modern UI only its own",
        "tests/web/ui/theme-in-hosts.test.mjs::a host that changes its theme is followed, by its own colours or"
        " Modern's, and without any by ours",
        "tests/web/ui/palette.test.mjs::what of a host would not be readable, solid or a colour is left out",
    ),
    seen_to(
        "1.0:25",
        "SDNext answers 300 requests a minute to one address",
        "tests/web/core/pace.test.mjs::whoever asks without end is slowed down to half of what hosts allow; others"
        " are not",
        "tests/web/core/api.test.mjs::too many requests: what may be repeated is, until it works",
    ),
)
