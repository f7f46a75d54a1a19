"""Part 3 of the notes: AUTOMATIC1111, reForge, Forge and Classic; first how they run, then what they read and serve."""

from __future__ import annotations

from tests.host_facts import Fact, NotOurs, not_ours, seen_to

_THREADS: tuple[Fact, ...] = (
    seen_to(
        "3.1:1",
        "AUTOMATIC1111 calls on the main thread, loads its model on another and generates on workers",
        "tests/hosts/test_a1111.py::test_the_guest_is_called_where_the_host_calls",
        "tests/hosts/test_a1111_generate.py::test_a_model_that_the_host_is_just_loading_is_waited_for",
        "tests/hosts/test_a1111_main_thread.py::test_others_on_the_thread_that_asks",
    ),
    seen_to(
        "3.1:2",
        "Forge and kin call on another thread and generate on the main one",
        "tests/hosts/test_a1111.py::test_the_guest_is_called_where_the_host_calls",
        "tests/hosts/test_a1111_main_thread.py::test_forge_makes_images_on_its_main_thread",
    ),
    seen_to(
        "3.1:3",
        "their waiting function swallows errors, and their lock must be taken outside of it",
        "tests/hosts/test_a1111_main_thread.py::test_errors_are_carried_out",
        "tests/hosts/test_a1111_generate.py::test_forge_makes_ours_on_its_main_thread_and_the_lock_is_taken_outside",
    ),
    seen_to(
        "3.1:4",
        "Classic takes no name with a callback; some callbacks are not everywhere",
        "tests/hosts/test_a1111_callbacks.py::test_classic_takes_neither_file_nor_name",
        "tests/test_host_rules.py::test_the_others_are_asked_for_callbacks_that_all_of_them_have",
    ),
    seen_to(
        "3.1:5",
        "Reload UI tells us to stop, imports everything again beside what still lives, and brings another server",
        "tests/test_extension.py::test_loading_the_scripts_again_leaves_one_of_everything",
        "tests/hosts/test_a1111.py::test_unloading_reaches_the_guest",
        "tests/hosts/test_a1111_recording.py::test_a_run_under_way_at_a_reload_is_told_to_the_new_listener",
        "tests/contract/test_starting_again.py::test_reload_or_restart_three_times",
    ),
    seen_to(
        "3.1:6",
        "without a page there is a server all the same, with nothing of gradio",
        "tests/hosts/test_a1111.py::test_without_a_page_the_server_comes_all_the_same",
        "tests/ui/test_kept_files.py::test_a_host_without_a_page_has_no_such_route",
        "tests/hosts/test_gradio_login.py::test_without_a_login_nobody_is_known",
    ),
    seen_to(
        "3.1:7",
        "events of the server at its start never come",
        "tests/test_host_rules.py::test_no_name_that_fails_in_one_of_the_hosts",
    ),
    seen_to(
        "3.1:8",
        "middleware cannot be added in Forge",
        "tests/test_host_rules.py::test_no_name_that_fails_in_one_of_the_hosts",
    ),
    seen_to(
        "3.1:9",
        "a callback's name is made of the file that registers it, for which the host looks through the stack",
        "tests/hosts/test_a1111_callbacks.py::test_the_host_is_told_the_file_and_need_not_look_for_it",
    ),
)
_HOOKS: tuple[Fact, ...] = (
    seen_to(
        "3.2:1",
        "the hooks of a run and what they are handed",
        "tests/test_host_rules.py::test_hooks_are_those_of_every_version_and_take_what_is_added",
        "tests/hosts/test_a1111_recording.py::test_a_run_of_the_user_is_told_once_with_what_was_applied",
        "tests/hosts/test_a1111_recording.py::test_the_second_pass_has_loras_of_its_own",
    ),
    seen_to(
        "3.2:2",
        "SDNext has fewer of them: none is used there",
        "tests/test_host_rules.py::test_sdnext_is_asked_for_callbacks_that_it_has",
    ),
    seen_to(
        "3.2:3",
        "prompts lose their tags for a while; the run's whole list keeps them",
        "tests/hosts/test_a1111_recording.py::test_a_run_of_the_user_is_told_once_with_what_was_applied",
        "tests/contract/test_recording.py::test_a_run_of_the_user_is_recorded_once",
    ),
    seen_to(
        "3.2:4",
        "in Forge a stand-in is the model until the first picture",
        "tests/hosts/test_a1111_model.py::test_before_the_first_image_the_selected_one_is_named_and_nothing_is_loaded",
        "tests/hosts/test_a1111_model.py::test_after_it_the_model_in_memory_is",
    ),
)
_WEIGHTS: tuple[Fact, ...] = (
    seen_to(
        "3.3:1",
        "parsed LoRAs are there from the activation on; a second pass has its own",
        "tests/hosts/test_a1111_recording.py::test_the_second_pass_has_loras_of_its_own",
        "tests/hosts/test_a1111_recording.py::test_the_first_pass_decides_the_weight",
    ),
    seen_to(
        "3.3:2",
        "name or alias as typed, then both weights, by place or by name",
        "tests/hosts/test_a1111_networks.py::test_weights_are_those_the_host_used",
        "tests/hosts/test_a1111_networks.py::test_the_file_is_named_by_its_absolute_path_also_by_an_alias",
    ),
    seen_to(
        "3.3:3",
        "only the first prompt of a batch counts; a setting adds a LoRA that no tag names",
        "tests/hosts/test_a1111_recording.py::test_prompts_that_differ_from_batch_to_batch",
        "tests/hosts/test_a1111_networks.py::test_the_network_that_a_setting_adds_counts",
    ),
    seen_to(
        "3.3:4",
        "only AUTOMATIC1111 keeps multipliers; Classic keeps nothing after a run",
        "tests/hosts/test_a1111_networks.py::test_weights_are_those_the_host_used",
        "tests/hosts/test_a1111_networks.py::test_a_host_that_tells_nothing_of_its_patches_is_believed",
    ),
    seen_to(
        "3.3:5",
        "hashes of an infotext go by names without colons and commas",
        "tests/formats/test_infotext.py::test_lora_hashes_are_read_and_written",
    ),
    not_ours(
        "3.3:6",
        "that hash is of the tensors or of the file",
        NotOurs.UNUSED,
        "a LoRA is known by the file that the host says it loaded, never by a hash in an infotext",
    ),
    seen_to(
        "3.3:6",
        "a hash inside a file's metadata may be any text: it is a claim",
        "tests/services/library/test_describe.py::test_an_embedded_hash_is_kept",
        "tests/formats/sidecars/test_civitai_common.py::test_a_hash_that_can_not_be_the_files_is_no_claim",
    ),
    seen_to(
        "3.3:7",
        "an unknown name is skipped, or silently costs every LoRA of the prompt",
        "tests/hosts/test_a1111_networks.py::test_an_unknown_one_is_skipped_by_automatic1111",
        "tests/hosts/test_a1111_networks.py::test_an_unknown_one_takes_all_others_with_it_on_forge",
        "tests/hosts/test_a1111_recording.py::test_forge_drops_all_so_none_was_used",
    ),
    seen_to(
        "3.3:8",
        "Forge and kin do not see that a file was replaced until they start again: none is replaced",
        "tests/api/test_nothing_is_written.py::test_a_lora_folder_stays_as_it_is_whatever_is_done",
    ),
)
_LISTS: tuple[Fact, ...] = (
    seen_to(
        "3.4:1",
        "where the host's lists are: a module that is its own extension's, which can be switched off",
        "tests/hosts/test_a1111_networks.py::test_names_and_aliases_reach_their_file",
        "tests/hosts/test_a1111_networks.py::test_without_the_lora_extension_every_tag_is_refused",
    ),
    not_ours(
        "3.4:2",
        "an API for LoRAs that asks for no login",
        NotOurs.UNUSED,
        "the lists are looked at in the host's own process",
    ),
    seen_to(
        "3.4:3",
        "one folder, in two hosts LyCORIS as well; links are followed, hidden folders listed",
        "tests/hosts/test_a1111_networks.py::test_lycoris_is_a_root_where_the_host_lists_it",
        "tests/hosts/test_a1111_networks.py::test_a_lycoris_folder_that_is_not_there_is_no_root",
        "tests/formats/test_walk.py::test_a_link_to_a_folder_elsewhere_is_followed",
        "tests/formats/test_walk.py::test_links_that_go_round_end",
        "tests/formats/test_walk.py::test_a_folder_whose_name_begins_with_a_dot_is_one_like_others",
    ),
    seen_to(
        "3.4:4",
        "of files of one name the last is reached; an alias that two files claim means neither",
        "tests/hosts/test_a1111_networks.py::test_of_two_files_of_one_name_the_host_reaches_the_last",
        "tests/hosts/test_a1111_networks.py::test_an_alias_of_two_files_reaches_the_file_of_that_name_only",
        "tests/hosts/test_a1111.py::test_a_tag_is_named_by_the_stem_only",
        "tests/services/test_compose.py::test_a_file_that_the_host_cannot_reach_is_not_put_in",
    ),
    seen_to(
        "3.4:5",
        "SDNext's names once more",
        "tests/hosts/test_sdnext_networks.py::test_a_name_is_the_stem_without_dots",
        "tests/services/test_tag_names.py::test_sdnext_writes_dots_as_underscores",
    ),
)
_SIDECARS: tuple[Fact, ...] = (
    seen_to(
        "3.5:1",
        "the form that the host keeps beside a LoRA; a weight of 0 is none",
        "tests/formats/sidecars/test_a1111.py::test_the_form_is_read_whole",
        "tests/formats/sidecars/test_a1111.py::test_preferred_weight_of_nought_is_not_set",
        "tests/formats/sidecars/test_a1111.py::test_an_unknown_base_is_none",
    ),
    seen_to(
        "3.5:2",
        "which picture shows a LoRA, in which no order of endings is promised",
        "tests/formats/test_previews.py::test_the_best_picture_of_a_stem",
    ),
    seen_to(
        "3.5:3",
        "a text beside a LoRA describes it, by either of two names",
        "tests/services/library/test_units.py::test_a_description_may_say_so_in_its_name",
        "tests/services/library/test_describe.py::test_a_text_beside_a_file_is_its_description",
    ),
    not_ours(
        "3.5:3",
        "an address for previews, by their path",
        NotOurs.UNUSED,
        "pictures are served by number, and made small",
    ),
)
_INSIDE: tuple[Fact, ...] = (
    seen_to(
        "3.7:1",
        "how a run is made in the host's process, and closed",
        "tests/hosts/test_a1111_generate.py::test_images_lie_in_the_hosts_own_folder_with_their_infotext",
        "tests/hosts/test_a1111_generate.py::test_the_hosts_description_of_the_run_is_closed",
        "tests/contract/test_jobs.py::test_an_image_with_two_loras",
    ),
    seen_to(
        "3.7:2",
        "without one mark the page's fields overwrite what was asked for",
        "tests/hosts/test_a1111_generate.py::test_the_request_decides_not_the_fields_of_the_page",
        "tests/hosts/test_a1111_generate.py::test_the_scripts_of_the_page_take_part_as_nobody_touched_them",
    ),
    seen_to(
        "3.7:3",
        "the count of steps is that of the last run for a while; an interrupted run has a picture like any other",
        "tests/hosts/test_a1111_generate.py::test_a_stale_count_of_the_last_run_does_not_show",
        "tests/hosts/test_a1111_generate.py::test_a_cancel_in_the_middle_keeps_what_is_finished",
        "tests/hosts/test_a1111_recording.py::test_an_interrupted_run_is_told_as_such",
    ),
    seen_to(
        "3.7:4",
        "the name of a saved file is relative to where the host was started",
        "tests/hosts/test_a1111_images.py::test_relative_names_become_absolute",
    ),
    not_ours(
        "3.7:5",
        "live previews download a model",
        NotOurs.THE_HOSTS_OWN,
        "it does so for the user's pictures too",
    ),
)
_SETTINGS: tuple[Fact, ...] = (
    not_ours(
        "3.8:1",
        "options in the host's settings; a mistake in one costs the whole page",
        NotOurs.UNUSED,
        "settings lie on LoRA Manager's own page",
    ),
)
FACTS = (*_THREADS, *_HOOKS, *_WEIGHTS, *_LISTS, *_SIDECARS, *_INSIDE, *_SETTINGS)
