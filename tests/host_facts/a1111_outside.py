"""Part 3 of the notes, the rest: routes and logins, the page, what is loaded, packages."""

from __future__ import annotations

from tests.host_facts import Fact, NotOurs, not_ours, seen_to

_ROUTES: tuple[Fact, ...] = (
    seen_to(
        "3.6:1",
        "an extension's routes, mounts and WebSockets are open to anybody",
        "tests/api/test_every_route.py::test_nobody_is_let_in_without_logging_in",
        "tests/api/test_every_route.py::test_no_route_is_forgotten",
        "tests/contract/test_login.py::test_anonymous_reads_nothing",
        "tests/contract/test_login.py::test_anonymous_hears_of_no_event",
    ),
    seen_to(
        "3.6:2",
        "the login's cookie and the API's Basic are two ways in",
        "tests/api/test_access.py::test_three_ways_in",
        "tests/contract/test_login.py::test_scripts_come_in_with_the_apis_own_word",
        "tests/contract/test_login.py::test_a_word_for_the_api_alone_leaves_the_page_open",
    ),
    seen_to(
        "3.6:3",
        "the cookie's names, and a server without any login",
        "tests/hosts/test_gradio_login.py::test_the_cookie_says_who_it_is",
        "tests/hosts/test_gradio_login.py::test_without_a_login_nobody_is_known",
    ),
    seen_to(
        "3.6:4",
        "an old FastAPI has no dependencies for WebSockets: they are judged before they are let in",
        "tests/test_host_rules.py::test_no_websocket_of_ours_has_dependencies",
        "tests/api/test_every_route.py::test_the_websocket_is_closed_before_it_opens",
    ),
    seen_to(
        "3.6:5",
        "a page of another site can send plain text without asking",
        "tests/api/test_guard.py::test_every_change_refuses_what_a_form_could_send",
        "tests/api/test_guard.py::test_every_change_refuses_another_origin",
        "tests/contract/test_guarding.py::test_a_form_is_refused",
        "tests/contract/test_guarding.py::test_a_websocket_of_another_page_is_refused",
        "tests/contract/test_login.py::test_a_hostile_page_gets_nothing_with_the_users_cookie",
    ),
    seen_to(
        "3.6:6",
        "errors have another form in each host: `detail` is in all of them",
        "tests/api/test_route.py::test_our_errors_have_one_form_whatever_the_host_does",
        "tests/web/core/api.test.mjs::a refusal is the server's own sentence; no server at all is status 0",
    ),
    seen_to(
        "3.6:7",
        "routes can be added once the server is up; a WebSocket lives on its loop, news come from other threads",
        "tests/test_extension.py::test_routes_are_under_every_prefix_of_the_host",
        "tests/api/test_events.py::test_jobs_and_the_catalogue_are_told_as_they_change",
    ),
    seen_to(
        "3.6:8",
        "a prefix is known to the proxy only: addresses are relative to the script's own",
        "tests/web/host/loading.test.mjs::the page is found beside the host's files, whatever gradio calls them",
        "tests/web/core/api.test.mjs::the base is found in any place a module is served from",
        "tests/hosts/test_a1111.py::test_routes_need_no_prefix",
    ),
    seen_to(
        "3.6:9",
        "a picture may take minutes: it is a job, not a request",
        "tests/api/test_jobs.py::test_a_generation_shows_its_images_and_what_was_applied",
        "tests/contract/test_jobs.py::test_ours_and_the_users_at_once_both_get_their_image",
    ),
)
_PAGE: tuple[Fact, ...] = (
    seen_to(
        "3.9:1",
        "what is on every host's window",
        "tests/test_host_rules.py::test_nothing_in_the_page_that_is_wrong_in_one_of_the_hosts",
        "tests/web/host/insert.test.mjs::in a hidden box, and where the browser does not type, the host is told in its"
        " own way",
    ),
    seen_to(
        "3.9:2",
        "the ids that our page looks for; titles differ",
        "tests/web/host/tabs.test.mjs::a tab is the button at the place of its panel, whatever it is called",
        "tests/browser/test_in_hosts.py::test_two_loras_into_the_hosts_prompt_and_its_own_generate",
    ),
    seen_to(
        "3.9:3",
        "scripts in gr.HTML do not run; ours comes as a file, and from some folders not at all, which the tab says",
        "tests/ui/test_mounts.py::test_a_mount_is_one_element_of_our_page_with_a_sentence_in_it",
        "tests/web/host/loading.test.mjs::the page is found beside the host's files, whatever gradio calls them",
    ),
    not_ours(
        "3.9:4",
        "buttons of gradio that run JavaScript; pages in frames",
        NotOurs.UNUSED,
        "the tab holds elements of its own and neither of these",
    ),
    seen_to(
        "3.9:5",
        "the host says that its page is there before its options are",
        "tests/web/host/prompt-boxes.test.mjs::a page that is still being built tells nothing; boxes that come late are"
        " found",
        "tests/test_host_rules.py::test_nothing_in_the_page_that_is_wrong_in_one_of_the_hosts",
    ),
)
_LOADING: tuple[Fact, ...] = (
    seen_to(
        "3.10:1",
        "preload.py, install.py, scripts/, metadata.ini",
        "tests/test_host_files.py::test_flags_are_added_by_a_file_of_its_own",
        "tests/test_host_rules.py::test_what_hosts_load_first_imports_nothing_of_theirs",
    ),
    seen_to(
        "3.10:2",
        "an extension's folder is known only while it is imported, and stays in sys.path of some hosts",
        "tests/test_host_rules.py::test_no_name_that_fails_in_one_of_the_hosts",
        "tests/test_host_files.py::test_no_name_of_ours_is_one_that_others_use",
        "tests/test_host_files.py::test_the_loaded_script_defines_nothing",
    ),
    seen_to(
        "3.10:3",
        "an extension is called by its folder whatever metadata.ini says",
        "tests/test_host_files.py::test_metadata_asks_for_no_other_extension",
    ),
    seen_to(
        "3.10:4",
        "install.py is run at each start, in one folder or another, unless it is skipped; what it prints is shown",
        "tests/test_install.py::test_nothing_is_done_when_nothing_is_missing",
        "tests/test_install.py::test_a_failure_is_one_line_with_a_remedy_and_the_host_goes_on",
        "tests/test_install.py::test_the_user_who_wants_nothing_installed_is_heeded",
        "tests/test_install.py::test_the_hosts_modules_are_never_imported_and_no_folder_is_littered",
    ),
    seen_to(
        "3.10:5",
        "folders for data and models can be moved by flags: the models' own is asked for",
        "tests/hosts/test_a1111.py::test_folders_are_absolute",
        "tests/db/test_location.py::test_the_state_lies_beside_the_models",
    ),
)
_PACKAGES: tuple[Fact, ...] = (
    seen_to(
        "3.11:1",
        "which SQLAlchemy fits which Python; pydantic of two generations",
        "tests/test_requirements_check.py::test_the_requirements_are_those_of_the_package",
        "tests/test_install.py::test_the_oldest_python_reads_the_requirements_too",
        "tests/tools/test_dev_env.py::test_the_pins_satisfy_what_the_package_asks_for",
    ),
    seen_to(
        "3.11:2",
        "no sentence-transformers fits AUTOMATIC1111's transformers",
        "tests/test_optional_packages.py::test_where_none_fits_nothing_is_planned_and_the_reason_is_said",
        "tests/test_optional_packages.py::test_the_encoder_is_of_the_versions_that_go_with_transformers",
    ),
    not_ours("3.11:3", "another package for embeddings does not fit them all", NotOurs.UNUSED, "it is not used"),
    seen_to(
        "3.11:4",
        "an install without the present versions as constraints would move setuptools",
        "tests/test_package_install.py::test_what_would_move_a_package_is_not_added_and_is_said",
        "tests/test_package_install.py::test_what_pip_could_not_read_constrains_nothing",
    ),
    seen_to(
        "3.11:5",
        "a requirement of the Lora extension is an error in Forge, where it has another name",
        "tests/test_host_files.py::test_metadata_asks_for_no_other_extension",
    ),
    seen_to(
        "3.11:6",
        "how to tell the hosts apart: by what they can do",
        "tests/hosts/test_detect.py::test_each_host_is_told_by_what_its_modules_hold",
        "tests/hosts/test_a1111.py::test_each_host_is_known_by_what_it_can_do",
    ),
    not_ours("3.11:7", "what was not tried", NotOurs.NOTES, "the README says what was seen and what was not"),
)
FACTS = (*_ROUTES, *_PAGE, *_LOADING, *_PACKAGES)
