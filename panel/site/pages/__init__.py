"""The kinds of files a site has, one module each; see `panel.site.kinds.Kind`."""
