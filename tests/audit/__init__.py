"""External checkers run over the built site by `make audit`: the HTML checker and Lighthouse."""
