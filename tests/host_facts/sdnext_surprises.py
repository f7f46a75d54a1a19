"""Part 2, A of the notes: what breaks an extension in SDNext that was written for AUTOMATIC1111."""

from __future__ import annotations

from tests.host_facts import Fact, NotOurs, not_ours, seen_to

FACTS: tuple[Fact, ...] = (
    seen_to(
        "2.1:1",
        "Control drops the scripts of extensions and is where its users work; callbacks come everywhere",
        "tests/hosts/test_sdnext_recording.py::test_a_run_in_each_tab",
        "tests/hosts/test_sdnext.py::test_a_script_file_is_loaded_as_the_host_does",
    ),
    not_ours(
        "2.1:1",
        "a list of exceptions by which a script can get into Control",
        NotOurs.UNUSED,
        "the callbacks tell everything, in Control too",
    ),
    seen_to(
        "2.1:2",
        "one callback is declared and broken, others of AUTOMATIC1111 are absent",
        "tests/test_host_rules.py::test_no_name_that_fails_in_one_of_the_hosts",
        "tests/test_host_rules.py::test_sdnext_is_asked_for_callbacks_that_it_has",
    ),
    seen_to(
        "2.1:3",
        "a restart begins a new process image and says goodbye to nobody",
        "tests/hosts/test_sdnext.py::test_a_restart_says_goodbye_to_nobody",
        "tests/contract/test_starting_again.py::test_reload_or_restart_three_times",
    ),
    seen_to(
        "2.1:4",
        "its paths are relative, and an extension's own is known only while it is imported",
        "tests/hosts/test_sdnext.py::test_folders_are_absolute_though_the_hosts_are_not",
        "tests/test_host_rules.py::test_no_name_that_fails_in_one_of_the_hosts",
    ),
    seen_to(
        "2.1:5",
        "a script's module is not in sys.modules",
        "tests/test_host_files.py::test_the_loaded_script_defines_nothing",
        "tests/contract/test_library.py::test_health",
    ),
    seen_to(
        "2.1:6",
        "sys.path is put back after each script, so what is imported later must be part of a package",
        "tests/contract/test_library.py::test_health",
        "tests/contract/test_jobs.py::test_an_image_with_two_loras",
    ),
    seen_to(
        "2.1:7",
        "what is printed is swallowed and logged again; classes with a metaclass are passed over",
        "tests/test_architecture.py::test_only_the_command_line_prints",
        "tests/hosts/test_sdnext.py::test_a_script_file_is_loaded_as_the_host_does",
    ),
    seen_to(
        "2.1:8",
        "its limit on requests counts by address without the query: pictures have theirs in the path",
        "tests/api/test_adapters.py::test_a_thumbnail_is_a_picture_to_keep",
        "tests/web/core/pace.test.mjs::a whole library of 10,000 scrolled through, quickly, for a minute",
        "tests/web/core/pace.test.mjs::whoever asks without end is slowed down to half of what hosts allow; others"
        " are not",
    ),
    seen_to(
        "2.1:8",
        "it counts when the work is done: a change that it answers with 429 was made",
        "tests/web/core/api.test.mjs::what would be done twice is not repeated when SDNext counts it after it was done",
    ),
    seen_to(
        "2.1:9",
        "its login does not cover an extension's routes, and it ignores --api-auth",
        "tests/contract/test_login.py::test_anonymous_reads_nothing",
        "tests/api/test_every_route.py::test_nobody_is_let_in_without_logging_in",
        "tests/hosts/test_sdnext.py::test_who_may_come_in",
    ),
    seen_to(
        "2.1:10",
        "its Modern UI takes gradio's colours away",
        "tests/web/ui/theme-in-hosts.test.mjs::a host that changes its theme is followed, by its own colours or"
        " Modern's, and without any by ours",
        "tests/web/ui/palette.test.mjs::a host's readable colours are taken over, the rest is made from them",
    ),
    seen_to(
        "2.1:11",
        "the functions that name the current tab are not on its window",
        "tests/test_host_rules.py::test_nothing_in_the_page_that_is_wrong_in_one_of_the_hosts",
        "tests/web/host/tabs.test.mjs::a tab is the button at the place of its panel, whatever it is called",
    ),
    seen_to(
        "2.1:12",
        "no aliases, no names with folders, and of two files of one name one is not listed",
        "tests/hosts/test_sdnext_networks.py::test_a_name_is_the_stem_without_dots",
        "tests/hosts/test_sdnext_networks.py::test_of_two_files_of_one_name_the_unlisted_one_goes_by_its_path",
        "tests/contract/test_library.py::test_both_mean_the_same_file_by_a_name",
    ),
    seen_to(
        "2.1:13",
        "weights of a text encoder are left out unless an option says otherwise, and that is told",
        "tests/hosts/test_sdnext_generate.py::test_a_separate_weight_for_the_text_encoder_that_the_host_leaves_out",
    ),
    not_ours(
        "2.1:13",
        "after a LoRA was loaded and unloaded the same seed gives a slightly different picture",
        NotOurs.THE_HOSTS_OWN,
        "no picture is compared with another by its bytes",
    ),
    seen_to(
        "2.1:14",
        "a plain install of sentence-transformers moves setuptools or torch",
        "tests/test_optional_packages.py::test_the_encoder_never_brings_torch_or_transformers_whatever_it_asks_for",
        "tests/test_optional_packages.py::test_the_plan_is_followed_and_nothing_moves",
    ),
    seen_to(
        "2.1:15",
        "what imports the host in an installer leaves the host's folders in the extension's",
        "tests/test_host_rules.py::test_what_hosts_load_first_imports_nothing_of_theirs",
        "tests/test_install.py::test_the_hosts_modules_are_never_imported_and_no_folder_is_littered",
        "tests/test_requirements_check.py::test_nothing_but_pythons_own_is_needed",
    ),
    seen_to(
        "2.1:16",
        "a preview beside a LoRA that cannot be opened is deleted: nothing is written there",
        "tests/api/test_nothing_is_written.py::test_a_lora_folder_stays_as_it_is_whatever_is_done",
    ),
    not_ours(
        "2.1:17",
        "with --safe it leaves out extensions, and refuses their flags",
        NotOurs.THE_HOSTS_OWN,
        "no extension runs then; Troubleshooting names the message",
    ),
    seen_to(
        "2.1:18",
        "an extension that lies elsewhere gets no JavaScript served: its tab says so",
        "tests/ui/test_mounts.py::test_a_mount_is_one_element_of_our_page_with_a_sentence_in_it",
    ),
)
